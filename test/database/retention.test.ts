import { sql } from 'kysely'
import type { Database } from '../../src/database/database.ts'
import { RETENTION } from '../../src/retention.ts'
import { openSetUpLink } from '../../src/sign-in/second-step-links.ts'
import { startSweep, sweep } from '../../src/sweep.ts'
import { type TestClinic, testClinic } from '../support/app.ts'
import { confirmPath } from '../support/email-changes.ts'
import { draftOf, goodRows } from '../support/imports.ts'
import { resetPath } from '../support/password-resets.ts'
import { pressAndVerify, signedIn } from '../support/press.ts'
import t from '../support/tap.ts'
import { Visitor } from '../support/visitor.ts'

async function count(db: Database, table: string): Promise<number> {
  const { rows } = await sql<{ n: number }>`select count(*)::int as n from ${sql.table(table)}`.execute(db)
  return rows[0]?.n ?? -1
}

/** Something of each kind that the sweep knows, as people leave it behind. */
async function leaveBehind(clinic: TestClinic): Promise<void> {
  const { app, db, team } = clinic
  const adam = await signedIn(clinic, team.administrator)
  await pressAndVerify(adam, `/settings/users/${team.scheduler.id}/address`, {
    personEmail: 'new@harbour.example',
  })
  await draftOf(adam, goodRows([1]))
  await new Visitor(app).post('/forgot-password', { email: team.receptionist.email })
  await new Visitor(app).signIn(team.owner, 'wrong')
  await db.transaction().execute((trx) => openSetUpLink(trx, team.receptionist, 'asked'))
  await db
    .insertInto('keptForms')
    .values({
      clinicId: team.owner.clinicId,
      sessionId: crypto.randomUUID(),
      page: '/x',
      signedFormId: crypto.randomUUID(),
      fields: '{}',
    })
    .execute()
}

/** Moves every time of the swept tables back. */
async function age(db: Database, interval: string): Promise<void> {
  const { rows } = await sql<{ table: string; column: string }>`
    select table_name as table, column_name as column from information_schema.columns
    where table_schema = 'public' and data_type like 'timestamp%'
      and table_name in ('sessions', 'kept_forms', 'throttles', 'password_resets', 'email_changes', 'imports',
        'known_browsers', 'second_step_links')`.execute(db)
  for (const { table, column } of rows)
    await sql`update ${sql.table(table)} set ${sql.ref(column)} = ${sql.ref(column)} - ${interval}::interval`.execute(
      db,
    )
}

t.test('every table says what deletes from it', async (t) => {
  const { db } = await testClinic(t)
  const { rows } = await sql<{ name: string }>`select tablename as name from pg_tables
    where schemaname = 'public' and tablename not like 'kysely%' order by 1`.execute(db)
  t.same(
    RETENTION.map(({ table }) => table).sort(),
    rows.map(({ name }) => name),
  )
})

t.test('what is in use is not swept away', async (t) => {
  const clinic = await testClinic(t)
  const { db } = clinic
  await leaveBehind(clinic)
  const tables = RETENTION.map(({ table }) => table)
  const counts = () => Promise.all(tables.map((table) => count(db, table)))
  const before = await counts()
  await sweep(db)
  t.same(await counts(), before)
})

t.test('what is old is swept away, and the history of emails stays readable', async (t) => {
  const clinic = await testClinic(t)
  const { app, db, config, team } = clinic
  await leaveBehind(clinic)
  const [reset, change] = [await resetPath(db, config, team.receptionist), await confirmPath(db, config)]
  const emails = await count(db, 'emails')
  await age(db, '181 days')
  await sql`update sessions set last_seen_at = now() where user_id = ${team.administrator.id} and ended_at is null`.execute(
    db,
  )
  await Promise.all([sweep(db), sweep(db), sweep(db)])
  for (const { table, forget } of RETENTION)
    if (forget && !['sessions', 'clinics', 'labels'].includes(table))
      t.equal(await count(db, table), 0, table)
  t.equal(await count(db, 'import_rows'), 0)
  t.equal(await count(db, 'sessions'), 1, 'and a session that serves is left')
  t.equal(await count(db, 'emails'), emails)

  const adam = await signedIn(clinic, team.administrator)
  for (const { id } of [team.receptionist, team.scheduler])
    t.equal((await adam.get(`/settings/users/${id}`)).status, 200)
  const outbox = await new Visitor(app).get('/outbox')
  t.match(outbox.text, 'new@harbour.example')
  t.match(outbox.text, 'Password reset')
  for (const [, id = ''] of outbox.html.matchAll(/href="\/outbox\/(\d+)"/g))
    t.equal((await new Visitor(app).get(`/outbox/${id}`)).status, 200, `email ${id}`)
  for (const path of [reset, change])
    t.match(await new Visitor(app).get(path), { status: 404, text: /This link doesn’t work/ })
})

t.test('a link that expired a month ago less a day still says so', async (t) => {
  const clinic = await testClinic(t)
  const { app, db, config, team } = clinic
  await leaveBehind(clinic)
  const path = await resetPath(db, config, team.receptionist)
  await age(db, '29 days')
  await sweep(db)
  const rosa = new Visitor(app)
  t.match(await rosa.follow(await rosa.get(path)), { status: 410, text: /This link has expired/ })
})

t.test('an address that was confirmed stays, and so does an account closed by wrong passwords', async (t) => {
  const clinic = await testClinic(t)
  const { db } = clinic
  await leaveBehind(clinic)
  await sql`update email_changes set confirmed_at = now()`.execute(db)
  await sql`update throttles set failures = 50 where key like 'account:%'`.execute(db)
  await age(db, '400 days')
  await sweep(db)
  t.equal(await count(db, 'email_changes'), 1)
  t.equal(await count(db, 'throttles'), 1)
})

t.test(
  'more than one step is swept, several processes at once, and a locked row waits for the next time',
  async (t) => {
    const { db } = await testClinic(t)
    await sql`
    insert into sessions (clinic_id, token_hash, session_id, data, last_seen_at)
    select clinics.id, sha256(n::text::bytea), gen_random_uuid(), '{}', now() - interval '3 days'
    from clinics, generate_series(1, 2500) as n`.execute(db)
    await db.transaction().execute(async (trx) => {
      await sql`select from sessions limit 1 for update`.execute(trx)
      await Promise.all([sweep(db), sweep(db)])
    })
    t.equal(await count(db, 'sessions'), 1)
    await sweep(db)
    t.equal(await count(db, 'sessions'), 0)
  },
)

t.test('nobody has to sign in for it: each process sweeps by itself', async (t) => {
  const { db } = await testClinic(t)
  await sql`insert into sessions (clinic_id, token_hash, session_id, data, last_seen_at)
    select id, 'x', gen_random_uuid(), '{}', now() - interval '3 days' from clinics`.execute(db)
  const failures: unknown[] = []
  const loop = startSweep({ db, log: { error: (details) => failures.push(details) } })
  await loop.stop()
  t.equal(await count(db, 'sessions'), 0)
  t.same(failures, [])
})
