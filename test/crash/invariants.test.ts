import { sql } from 'kysely'
import type { Transaction } from '../../src/database/database.ts'
import { setUp } from '../../src/set-up/set-up.ts'
import { addUser } from '../../src/settings/users/add-user.ts'
import { testDatabase } from '../support/database.ts'
import type { Received } from '../support/fake-postmark.ts'
import t from '../support/tap.ts'
import type { Attempt } from './attempt.ts'
import { INVARIANTS } from './invariants.ts'
import { plansFor } from './plan.ts'
import type { Processes } from './processes.ts'

const { db } = await testDatabase(t)
const origin = { ip: null, userAgent: '1.1' }
const passwordHash = 'v1:of the owner'
const owner = { firstName: 'Olivia', lastName: 'Hart', email: 'olivia@clinic.example', passwordHash }
const { id: userId, clinicId } = await setUp(db, origin, { clinicName: 'C', timeZone: 'UTC', ...owner })
const nora = {
  title: null,
  firstName: 'Nora',
  lastName: 'Lind',
  email: 'nora@clinic.example',
  profession: null,
  pronouns: null,
  accessFrom: null,
  accessUntil: null,
}
const work = { role: 'receptionist' as const, isPractitioner: false, timeZone: 'UTC', phoneNumbers: [] }
const noraId = await addUser(db, { clinicId, userId, ...origin }, { ...nora, ...work }, crypto.randomUUID())
const { id: emailId } = await db.selectFrom('emails').select('id').executeTakeFirstOrThrow()
await db.updateTable('emails').set({ sentAt: new Date(), attempts: 1 }).execute()

const LINK = 'http://frontdesk.localhost/join/1.x'
const copy = (link = LINK, id = emailId): Received => ({
  token: undefined,
  answer: 'accepted',
  messageId: null,
  body: { To: nora.email, TextBody: ` ${link} `, Metadata: { email_id: id } as never },
})
const creation: Attempt = {
  kind: 'creation',
  tag: '1.1',
  outcome: 'acknowledged',
  acknowledgements: 1,
  said: '',
}

interface Case {
  breaks?: (trx: Transaction) => Promise<unknown>
  received?: Received[]
  attempts?: Attempt[]
}

/** What is broken, by name, in a transaction that is rolled back. */
async function brokenBy({ breaks, received = [copy()], attempts = [creation] }: Case): Promise<string[]> {
  const trx = await db.startTransaction().execute()
  await breaks?.(trx as Transaction)
  const processes = { db: () => trx, apps: [{ postmark: { received } }] } as unknown as Processes
  const broken: string[] = []
  for (const [name, check] of Object.entries(INVARIANTS))
    if ((await check(processes, attempts)).length > 0) broken.push(name)
  await trx.rollback().execute()
  return broken
}

const nowhere = { emailId, messageId: 'x', kind: 'delivery' } as const
const joined = sql`update users set joined_at = now(), password_hash = 'x' where id = ${noraId}`
const session = sql`insert into sessions (token_hash, session_id, clinic_id, user_id, data)
  values ('x', gen_random_uuid(), ${clinicId}, ${noraId}, '{}')`
const deactivated = sql`update users set deactivated_at = now() where id = ${noraId}`

const CASES: Record<string, Case> = {
  'every answer says what is the matter': { attempts: [{ ...creation, outcome: 'failed' }] },
  'every acknowledged attempt is there, and once': { attempts: [{ ...creation, tag: '1.2' }] },
  'every acknowledged report of Postmark is there': {
    breaks: (trx) => sql`update emails set message_id = 'x'`.execute(trx),
    attempts: [{ ...creation, kind: 'webhook', report: nowhere }],
  },
  'no person without invitation, event and email': {
    breaks: (trx) =>
      sql`insert into users (clinic_id, first_name, last_name, sort_name, email, role, is_practitioner, time_zone)
        values (${clinicId}, 'A', 'B', 'b', 'a@clinic.example', 'receptionist', false, 'UTC')`.execute(trx),
  },
  'every invitation has its event and its email': {
    breaks: (trx) =>
      sql`insert into invitations (clinic_id, user_id, email, invited_by, nonce, expires_at, revoked_at)
        values (${clinicId}, ${noraId}, 'x', ${userId}, 'x', now(), now())`.execute(trx),
  },
  'every email is sent at least once, or no longer wanted': { received: [] },
  'no email is sent of what did not happen': { received: [copy(), copy(LINK, '999')] },
  'all copies of an email carry the same link': { received: [copy(), copy(`${LINK}y`)] },
  'each link is used at most once': {
    attempts: [creation, { ...creation, kind: 'join', outcome: 'refused', acknowledgements: 2 }],
  },
  'at least one administrator is active': {
    breaks: (trx) =>
      sql`update users set is_owner = false, role = 'receptionist' where id = ${userId}`.execute(trx),
  },
  'nobody who is deactivated has a session': {
    breaks: async (trx) => [await session.execute(trx), await deactivated.execute(trx)],
  },
  'nobody who is deactivated has an open invitation, to them or by them': {
    breaks: (trx) => deactivated.execute(trx),
  },
  'no lease is older than its time': {
    breaks: (trx) =>
      sql`update emails set sent_at = null, leased_until = now() - interval '1 second'`.execute(trx),
  },
  'a second step is there whole, or not at all': {
    breaks: (trx) => sql`update users set second_step_since = now() where id = ${userId}`.execute(trx),
  },
  'a reset of a second step is told, and leads to a link': {
    breaks: (trx) =>
      sql`insert into events (clinic_id, action, subject_id) values (${clinicId}, 'second-step.reset', ${userId})`.execute(
        trx,
      ),
  },
  'every attempt has its event': { breaks: (trx) => joined.execute(trx) },
}

t.test('everything holds where nothing was broken', async (t) => t.same(await brokenBy({}), []))

t.same(Object.keys(CASES).sort(), Object.keys(INVARIANTS).sort(), 'each one is broken below')
for (const [name, broken] of Object.entries(CASES))
  t.test(`it is noticed when this does not hold: ${name}`, async (t) => {
    t.ok((await brokenBy(broken)).includes(name))
  })

t.test('the same seed makes the same choices, another one others', async (t) => {
  t.same(plansFor(7, 30), plansFor(7, 30))
  t.notSame(plansFor(7, 30), plansFor(8, 30))
})
