import { sql } from 'kysely'
import type { Database } from '../../../src/database/database.ts'
import type { Id } from '../../../src/database/schema.ts'
import { askToAdd, verify } from '../../support/add-user.ts'
import { testClinic } from '../../support/app.ts'
import t from '../../support/tap.ts'
import { until } from '../../support/until.ts'
import { Visitor } from '../../support/visitor.ts'

const TAKEN_AWAY = {
  'is demoted': { role: 'receptionist' },
  'is deactivated': { deactivatedAt: new Date() },
} as const

for (const [words, change] of Object.entries(TAKEN_AWAY)) {
  t.test(`an administrator who ${words} while Create user is under way adds nobody`, async (t) => {
    const { app, db, team } = await testClinic(t)
    const adam = new Visitor(app)
    await adam.signIn(team.administrator)
    const lastLook = await askToAdd(adam)
    const answer = await whileChanging(db, team.administrator.id, change, () => verify(adam, lastLook))
    t.equal(answer.status, 422)
    t.match(answer.text, 'You no longer have permission to do this.')
    const nora = await db.selectFrom('users').where('email', 'like', 'nora@%').select('id').execute()
    t.same(nora, [])
  })

  t.test(`an administrator who ${words} while Resend is under way sends nothing`, async (t) => {
    const { app, db, team } = await testClinic(t)
    const adam = new Visitor(app)
    await adam.signIn(team.administrator)
    const invitations = () => db.selectFrom('invitations').select('id').execute()
    const before = await invitations()
    const press = () => adam.post(`/settings/users/${team.expired.id}/invitation`, {})
    const answer = await whileChanging(db, team.administrator.id, change, press)
    t.equal(answer.status, 422)
    t.same(await invitations(), before)
  })
}

/** Changes a person in a transaction that commits only once the press waits for it. */
async function whileChanging<Answer>(
  db: Database,
  id: Id,
  change: (typeof TAKEN_AWAY)[keyof typeof TAKEN_AWAY],
  press: () => Promise<Answer>,
): Promise<Answer> {
  const { answer } = await db.transaction().execute(async (trx) => {
    await trx.updateTable('users').set(change).where('id', '=', id).execute()
    const answer = press()
    await untilOneWaits(db)
    return { answer }
  })
  return answer
}

async function untilOneWaits(db: Database): Promise<void> {
  await until('somebody waits for the lock', async () => {
    const { rows } = await sql<{ waiting: number }>`
      select count(*)::int as waiting from pg_stat_activity
      where datname = current_database() and wait_event_type = 'Lock'`.execute(db)
    return rows[0]?.waiting
  })
}
