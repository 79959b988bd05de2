import type { Database } from '../../../src/database/database.ts'
import type { User } from '../../../src/database/schema.ts'
import { EMAIL_KINDS } from '../../../src/email-kinds.ts'
import { failureWords } from '../../../src/emails/failure.ts'
import { startAccessReminders } from '../../../src/settings/users/access-reminder-loop.ts'
import { remindNext } from '../../../src/settings/users/access-reminders.ts'
import { plainDay } from '../../../src/words/dates.ts'
import { clinicDay, setAccess } from '../../support/access-dates.ts'
import { askToAdd, verify } from '../../support/add-user.ts'
import { type TestClinic, testClinic } from '../../support/app.ts'
import { asApp } from '../../support/isolation.ts'
import { pressAndVerify, signedIn } from '../../support/press.ts'
import t from '../../support/tap.ts'
import { until } from '../../support/until.ts'
import { hidden } from '../../support/visitor.ts'

/** More than any test here leaves to be said. */
const REMINDERS_MAX = 100

/** What a process does at each look. */
async function remindAll(db: Database): Promise<void> {
  const guarded = asApp(db)
  for (let left = REMINDERS_MAX; left > 0; left -= 1) if (!(await remindNext(guarded))) return
}

function reminders(db: Database) {
  return db.selectFrom('emails').selectAll().where('kind', '=', 'access ending').orderBy('id').execute()
}

async function recipients(db: Database): Promise<string[]> {
  return (await reminders(db)).map(({ recipient }) => recipient)
}

/** Who added somebody, as the activity has it. */
async function addBy({ db }: TestClinic, by: User, user: User): Promise<void> {
  const { clinicId } = user
  const event = { clinicId, actorId: by.id, action: 'user.added', subjectId: user.id }
  await db.insertInto('events').values(event).execute()
}

t.test('whoever added somebody is told a week and a day before their last day, each once', async (t) => {
  const clinic = await testClinic(t)
  const { db, team } = clinic
  await addBy(clinic, team.administrator, team.receptionist)
  const sent: number[] = []
  for (const days of [8, 7, 7, 6, 2, 1, 0, -1]) {
    // The day comes nearer; what was said stays said of it.
    await setAccess(db, team.receptionist, { until: days })
    await db
      .updateTable('accessReminders')
      .set({ accessUntil: await clinicDay(db, team.owner, days) })
      .execute()
    await remindAll(db)
    sent.push((await reminders(db)).length)
  }
  t.same(sent, [0, 1, 1, 1, 1, 2, 2, 2])
  t.same(await recipients(db), [team.administrator.email, team.administrator.email])
})

t.test('the email names who leaves and when, and links to where that is changed', async (t) => {
  const clinic = await testClinic(t)
  const { config, db, team } = clinic
  await addBy(clinic, team.administrator, team.receptionist)
  await setAccess(db, team.receptionist, { until: 7 })
  await remindAll(db)
  const [email] = await reminders(db)
  if (!email) throw new Error('There is no email')
  const { write, unwanted } = EMAIL_KINDS['access ending']
  const message = await write(asApp(db), config, email)
  const day = plainDay(await clinicDay(db, team.owner, 7))
  t.match(message?.text, `Rosa Delgado’s access to Harbour Street Clinic ends after ${day}.`)
  t.match(message?.text, `/settings/users/${team.receptionist.id}/edit`)
  t.match(message?.text, 'You’re receiving this because you added them.')
  t.equal(await unwanted(asApp(db), email), null)
})

t.test('without whoever added them, the owners are told', async (t) => {
  const clinic = await testClinic(t)
  const { db, team } = clinic
  await addBy(clinic, team.administrator, team.receptionist)
  await addBy(clinic, team.scheduler, team.bookkeeper)
  await db
    .updateTable('users')
    .set({ deactivatedAt: new Date() })
    .where('id', '=', team.administrator.id)
    .execute()
  for (const user of [team.receptionist, team.bookkeeper, team.practitioner])
    await setAccess(db, user, { until: 7 })
  await remindAll(db)
  t.same(await recipients(db), [team.owner.email, team.owner.email, team.owner.email])
})

t.test('an administrator whose own access ends isn’t the one who is told', async (t) => {
  const clinic = await testClinic(t)
  const { db, team } = clinic
  await addBy(clinic, team.administrator, team.administrator)
  await setAccess(db, team.administrator, { until: 7 })
  await remindAll(db)
  t.same(await recipients(db), [team.owner.email])
})

t.test('nobody is told of a day that was moved, nor twice of one that was moved back', async (t) => {
  const clinic = await testClinic(t)
  const { db, team } = clinic
  await setAccess(db, team.receptionist, { until: 7 })
  await remindAll(db)
  const [email] = await reminders(db)
  if (!email) throw new Error('There is no email')
  const reason = async () => {
    const failure = await EMAIL_KINDS['access ending'].unwanted(asApp(db), email)
    return failure && failureWords(failure)
  }
  await setAccess(db, team.receptionist, { until: 60 })
  t.match(await reason(), 'The person’s last day was changed before it was sent.')
  await remindAll(db)
  t.equal((await reminders(db)).length, 1)
  await setAccess(db, team.receptionist, { until: 7 })
  t.equal(await reason(), null)
  await remindAll(db)
  t.equal((await reminders(db)).length, 1)
  await db
    .updateTable('users')
    .set({ deactivatedAt: new Date() })
    .where('id', '=', team.receptionist.id)
    .execute()
  t.match(await reason(), 'deactivated')
})

t.test('whoever recipients were, they get none once they can’t change it any more', async (t) => {
  const clinic = await testClinic(t)
  const { db, team } = clinic
  await addBy(clinic, team.administrator, team.receptionist)
  await setAccess(db, team.receptionist, { until: 7 })
  await remindAll(db)
  const [email] = await reminders(db)
  if (!email) throw new Error('There is no email')
  await db.updateTable('users').set({ role: 'scheduler' }).where('id', '=', team.administrator.id).execute()
  t.match(await EMAIL_KINDS['access ending'].unwanted(asApp(db), email), {
    code: 'recipientManagesNoMore',
  })
})

t.test('whoever sets a day that is near isn’t told what they have just typed', async (t) => {
  const clinic = await testClinic(t)
  const { db, team } = clinic
  const adam = await signedIn(clinic, team.administrator)
  await verify(adam, await askToAdd(adam, { accessUntil: await clinicDay(db, team.owner, 5) }))
  await remindAll(db)
  t.same(await reminders(db), [])
  const path = `/settings/users/${team.receptionist.id}`
  const version = hidden(await adam.get(`${path}/edit`), 'version')
  const rosa = { firstName: 'Rosa', lastName: 'Delgado', role: 'receptionist', isPractitioner: 'no' }
  const fields = {
    ...rosa,
    version,
    timeZone: 'Australia/Melbourne',
    accessUntil: await clinicDay(db, team.owner, 1),
  }
  t.equal((await pressAndVerify(adam, path, fields)).status, 303)
  await remindAll(db)
  t.same(await reminders(db), [])
})

t.test('the day before is made up for if nothing ran then, and a week before with it isn’t', async (t) => {
  const { db, team } = await testClinic(t)
  await setAccess(db, team.receptionist, { until: 0 })
  await remindAll(db)
  t.equal((await reminders(db)).length, 1)
})

t.test('two processes that look at once, and start again, send each email once', async (t) => {
  const { db, team } = await testClinic(t)
  const leaving = [team.receptionist, team.scheduler, team.bookkeeper, team.practitioner, team.invited]
  const errors: unknown[] = []
  const log = { error: (...words: unknown[]) => void errors.push(words) }
  for (const days of [7, 1]) {
    for (const user of leaving) await setAccess(db, user, { until: days })
    const loops = [1, 2].map(() => startAccessReminders({ db: asApp(db), log }, 1))
    const all = days === 7 ? leaving.length : 2 * leaving.length
    await until('everyone is told', async () => (await reminders(db)).length >= all)
    await Promise.all([remindAll(db), remindAll(db), remindAll(db)])
    await Promise.all(loops.map((loop) => loop.stop()))
    t.equal((await reminders(db)).length, all)
  }
  t.same(errors, [])
})
