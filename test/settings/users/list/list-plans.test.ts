import { CamelCasePlugin, type CompiledQuery, Kysely, PostgresDialect, sql } from 'kysely'
import pg from 'pg'
import type { Database } from '../../../../src/database/database.ts'
import type { Schema } from '../../../../src/database/schema.ts'
import { countClinic, countFound } from '../../../../src/settings/users/list/count-users.ts'
import { SORTS } from '../../../../src/settings/users/list/list-order.ts'
import { type ListOptions, listUsers } from '../../../../src/settings/users/list/list-users.ts'
import type { UserFilter } from '../../../../src/settings/users/list/user-filter.ts'
import { testDatabase } from '../../../support/database.ts'
import t from '../../../support/tap.ts'

type Test = Pick<typeof t, 'equal' | 'ok' | 'notOk'>

const PEOPLE = 20_000
/** A page, the people whom a search looks at first, or what is counted at most, and what few match. */
const READ_MAX = 4_000

interface Plan {
  'Node Type': string
  'Relation Name'?: string
  'Actual Rows': number
  'Actual Loops': number
  'Rows Removed by Filter'?: number
  'Rows Removed by Index Recheck'?: number
  Plans?: Plan[]
}

const { db, ownerUrl } = await testDatabase(t)
const url = ownerUrl()
const sent: CompiledQuery[] = []
const watched = new Kysely<Schema>({
  dialect: new PostgresDialect({ pool: new pg.Pool({ connectionString: url }) }),
  plugins: [new CamelCasePlugin()],
  log: ({ query }) => void sent.push(query),
})
const client = new pg.Client({ connectionString: url })
await client.connect()
await client.query('set plan_cache_mode = force_generic_plan')
t.teardown(async () => {
  await watched.destroy()
  await client.end()
})

const { id: clinicId } = await db
  .insertInto('clinics')
  .values({ name: 'Large Clinic', label: 'large', country: 'AU', timeZone: 'UTC' })
  .returning('id')
  .executeTakeFirstOrThrow()
const clinic = { clinicId, country: 'AU' }
// It sets no time limits, as the app's own database does.
await seed(watched)

async function seed(db: Database): Promise<void> {
  await sql`
    insert into users (clinic_id, first_name, last_name, sort_name, email, role, is_practitioner, time_zone,
      password_hash, joined_at, last_sign_in_at, deactivated_at, access_from, access_until)
    select ${clinicId}, first, last, last || E'\t' || first, first || n || '@large.example',
      case when n % 1000 = 0 then 'bookkeeper' when n % 3 = 0 then 'practitioner' else 'receptionist' end,
      n % 3 = 0, 'UTC',
      case when n % 5 <> 2 then 'hash' end, case when n % 5 <> 2 then now() end,
      case when n % 5 <> 2 then now() - n * interval '1 minute' end,
      case when n % 10 = 9 then now() end,
      case when n % 50 = 3 then current_date - 200 + n % 400 end,
      case when n % 50 in (6, 7) then current_date - 200 + n % 400 end
    from generate_series(1, ${sql.lit(PEOPLE)}) as n,
      lateral (select substr(md5((n % 199)::text), 1, 6) as first,
        chr(97 + n % 26) || substr(md5((n % 997)::text), 1, 7) as last) as names`.execute(db)
  await sql`
    insert into invitations (clinic_id, user_id, email, invited_by, nonce, expires_at, accepted_at)
    select clinic_id, id, email, id, '\\x00', now() + case when id % 10 = 7 then 1 else -1 end * interval '1 day',
      joined_at
    from users`.execute(db)
  await sql`
    insert into phone_numbers (clinic_id, user_id, type, number)
    select clinic_id, id, 'mobile', '+614' || (10000000 + id) from users where id % 10 = 0`.execute(db)
  await sql`update users set needs_attention = true where id % 40 = 0`.execute(db)
  await sql`
    insert into emails (clinic_id, user_id, kind, recipient, sent_at, message_id, bounced_at)
    select clinic_id, id, 'password changed', email, now(), id, case when id % 40 = 0 then now() end
    from users where id % 20 = 0`.execute(db)
  await sql`vacuum analyze`.execute(db)
}

const FILTERS: UserFilter[] = [
  ...[{}, { isPractitioner: true }, { isPractitioner: false }],
  ...(['invited', 'invitation expired', 'active', 'deactivated'] as const).map((status) => ({ status })),
  ...([{}, { role: 'receptionist' }, { search: 'z' }] as UserFilter[]).map(
    (filter): UserFilter => ({ ...filter, status: 'needs attention' }),
  ),
  ...([{}, { role: 'receptionist' }, { isPractitioner: true }, { search: 'z' }] as UserFilter[]).map(
    (filter): UserFilter => ({ ...filter, status: 'dormant' }),
  ),
  ...(['leaving-soon', 'starts later', 'access ended'] as const).flatMap((status) =>
    ([{}, { role: 'receptionist' }, { isPractitioner: true }, { search: 'z' }] as UserFilter[]).map(
      (filter): UserFilter => ({ ...filter, status }),
    ),
  ),
  ...([{ role: 'receptionist' }, { role: 'bookkeeper' }, { role: 'scheduler' }] as UserFilter[]),
  ...([
    ...(['invited', 'invitation expired', 'active', 'deactivated'] as const).flatMap((status) => [
      { role: 'bookkeeper', status },
      { role: 'receptionist', status },
      { role: 'receptionist', isPractitioner: false, status },
    ]),
  ] as UserFilter[]),
  // Everybody; a letter that a twenty-sixth has, all at the end; a few; a number; one; nobody.
  ...['large.example', 'z', 'abc', '0410 000 5', '0410 000 500', 'nobody', 'za ab'].map((search) => ({
    search,
  })),
  ...([
    { search: 'z', role: 'receptionist' },
    { search: 'large', status: 'deactivated' },
  ] as UserFilter[]),
]

async function checkPlans(t: Test, question: ListOptions): Promise<void> {
  sent.length = 0
  const page = await listUsers(watched, clinic, question)
  const { filter = {} } = question
  await countFound(watched, clinic, filter, await countClinic(watched, clinic), page)
  if (!filter.search) t.ok(sent.length <= 3, 'two queries a page, and one that counts')
  for (const query of [...sent]) {
    checkPlan(t, JSON.stringify(question), await planOf(query))
    if (isPrepared(query, filter))
      checkPlan(t, `${JSON.stringify(question)}, for any`, await planForAny(query))
  }
}

function checkPlan(t: Test, question: string, plan: Plan): void {
  const plans = nodesOf(plan).filter((plan) => plan['Actual Loops'] > 0)
  for (const table of ['users', 'invitations']) {
    const scans = plans.filter((plan) => plan['Relation Name'] === table)
    const about = `${question}: ${scans.map((plan) => plan['Node Type']).join(', ')}`
    t.notOk(
      scans.some((plan) => plan['Node Type'] === 'Seq Scan'),
      about,
    )
    const read = scans.reduce((sum, plan) => sum + rowsRead(plan), 0)
    t.ok(read <= READ_MAX, `${about} read ${read} of ${table}`)
  }
}

/** In a large clinic, what is matched or counted for a search is planned for its values. */
function isPrepared({ sql: text }: CompiledQuery, { search }: UserFilter): boolean {
  return !search || !/search_text|count\(/.test(text)
}

async function planOf({ sql: text, parameters }: CompiledQuery): Promise<Plan> {
  const { rows } = await client.query(`explain (analyze, format json) ${text}`, [...parameters])
  return rows[0]['QUERY PLAN'][0].Plan
}

/** The plan that a prepared statement keeps for whatever values come. */
async function planForAny({ sql: text, parameters }: CompiledQuery): Promise<Plan> {
  const values = parameters.map((value) => pg.escapeLiteral(String(value)))
  await client.query(`prepare kept as ${text}`)
  const kept = values.length > 0 ? `kept(${values})` : 'kept'
  const { rows } = await client.query(`explain (analyze, format json) execute ${kept}`)
  await client.query('deallocate kept')
  return rows[0]['QUERY PLAN'][0].Plan
}

function nodesOf(plan: Plan): Plan[] {
  return [plan, ...(plan.Plans ?? []).flatMap(nodesOf)]
}

function rowsRead(plan: Plan): number {
  const removed = (plan['Rows Removed by Filter'] ?? 0) + (plan['Rows Removed by Index Recheck'] ?? 0)
  return (plan['Actual Rows'] + removed) * plan['Actual Loops']
}

t.test('no page of a large clinic reads more than a small part of it', async (t) => {
  for (const filter of FILTERS) for (const sort of SORTS) await checkPlans(t, { filter, sort })
})

t.test('a page deep in the list costs no more than the first', async (t) => {
  for (const sort of SORTS) {
    const { after } = await listUsers(db, clinic, { sort, limit: 9_000 })
    if (!after) throw new Error('The list ended early')
    for (const filter of [{}, { search: 'large' }, { role: 'receptionist' as const }]) {
      await checkPlans(t, { filter, sort, after })
      await checkPlans(t, { filter, sort, before: after })
    }
  }
})
