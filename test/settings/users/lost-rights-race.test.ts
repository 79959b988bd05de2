import type { User } from '../../../src/database/schema.ts'
import { confirmEmailChange } from '../../../src/email-changes/confirm-email.ts'
import { findEmailChange } from '../../../src/email-changes/email-change-link.ts'
import { openEmailChange } from '../../../src/email-changes/email-changes.ts'
import { editUser } from '../../../src/settings/users/edit-user.ts'
import { readDetails, versionOf } from '../../../src/users/details.ts'
import { type TestClinic, testClinic } from '../../support/app.ts'
import { addEverybody, goodRows, started } from '../../support/imports.ts'
import { signedIn } from '../../support/press.ts'
import t from '../../support/tap.ts'

const LISTS = 12
const CONFIRMATIONS = 60
const ROWS = 6

const acting = ({ clinicId, id }: User) => ({ clinicId, userId: id, ip: null, userAgent: null })

async function demoteAdam({ db, team }: TestClinic): Promise<unknown> {
  const before = await readDetails(db, team.administrator)
  const details = { ...before, role: 'receptionist' as const }
  const edit = { details, version: versionOf(before), verifiedIn: crypto.randomUUID() }
  return editUser(db, acting(team.owner), team.administrator.id, edit)
}

async function restoreAdam({ db, team }: TestClinic): Promise<void> {
  await db
    .updateTable('users')
    .set({ role: 'administrator' })
    .where('id', '=', team.administrator.id)
    .execute()
}

t.test('a list that two processes are adding stops with its maker’s right, whoever is first', async (t) => {
  const clinic = await testClinic(t)
  const { db, team } = clinic
  const errors: unknown[] = []
  const log = { info() {}, warn() {}, error: (...words: unknown[]) => void errors.push(words) }
  const work = () => addEverybody({ db, log })
  for (let round = 0; round < LISTS; round++) {
    await restoreAdam(clinic)
    const adam = await signedIn(clinic, team.administrator)
    const numbers = Array.from({ length: ROWS }, (_, index) => round * ROWS + index + 1)
    const path = await started(adam, goodRows(numbers))
    await Promise.all([work(), demoteAdam(clinic), work()])
    await work()
    const id = path.split('/').at(-1) as string
    const userImport = await db
      .selectFrom('imports')
      .selectAll()
      .where('id', '=', id)
      .executeTakeFirstOrThrow()
    if (!userImport.finishedAt) t.fail(`round ${round}: the import still waits`)
    const open = db
      .selectFrom('invitations')
      .select('id')
      .where('invitedBy', '=', team.administrator.id)
      .where('revokedAt', 'is', null)
    const left = await open.execute()
    if (left.length > 0) t.fail(`round ${round}: ${left.length} invitations are still open`)
  }
  t.same(errors, [])
})

t.test(
  'a new address that is confirmed while its requester is demoted is confirmed before, or not at all',
  async (t) => {
    const clinic = await testClinic(t)
    const { app, db, team } = clinic
    const { receptionist: rosa, administrator: adam } = team
    await signedIn({ ...clinic, app }, rosa)
    const session = db.selectFrom('sessions').select('sessionId').where('userId', '=', rosa.id)
    const { sessionId } = await session.executeTakeFirstOrThrow()
    const outcomes: Record<string, number> = {}
    for (let round = 0; round < CONFIRMATIONS; round++) {
      await restoreAdam(clinic)
      const wanted = `rosa${round}@new.example`
      await db.transaction().execute((trx) => openEmailChange(trx, acting(adam), rosa, wanted))
      const newest = db.selectFrom('emailChanges').select(['clinicId', 'id']).orderBy('id', 'desc').limit(1)
      const change = await findEmailChange(db, await newest.executeTakeFirstOrThrow())
      if (!change) throw new Error('There is no change')
      const actions = [
        async () => confirmEmailChange(db, change, acting(rosa), sessionId as string),
        async () => demoteAdam(clinic),
      ]
      if (round % 2) actions.reverse()
      const settling = []
      for (const action of actions) {
        const end = Promise.allSettled([action()])
        // Twice in ten rounds the other only follows, so that both ends are sure to be seen.
        if (round % 10 < 2) await end
        settling.push(end)
      }
      const ends = (await Promise.all(settling)).flat()
      for (const end of ends) if (end.status === 'rejected') t.fail(`round ${round}: ${end.reason}`)
      const [confirmed] = round % 2 ? ends.toReversed() : ends
      const outcome = String(confirmed?.status === 'fulfilled' && confirmed.value)
      outcomes[outcome] = (outcomes[outcome] ?? 0) + 1
      const user = await db
        .selectFrom('users')
        .select('email')
        .where('id', '=', rosa.id)
        .executeTakeFirstOrThrow()
      if ((user.email === wanted) !== (outcome === 'confirmed'))
        t.fail(`round ${round}: ${outcome}, ${user.email}`)
      const events = db.selectFrom('events').select('id').where('action', '=', 'email-change.withdrawn')
      const withdrawn = (await events.execute()).length
      if (withdrawn !== (outcomes.closed ?? 0))
        t.fail(`round ${round}: ${withdrawn} events, ${JSON.stringify(outcomes)}`)
    }
    t.ok((outcomes.confirmed ?? 0) > 0 && (outcomes.closed ?? 0) > 0, JSON.stringify(outcomes))
  },
)
