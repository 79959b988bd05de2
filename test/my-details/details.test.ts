import type { User } from '../../src/database/schema.ts'
import { editOwnDetails } from '../../src/my-details/edit-details.ts'
import { SessionEnded } from '../../src/sessions/sessions.ts'
import { readOwnDetails, versionOf } from '../../src/users/details.ts'
import { type TestClinic, testClinic } from '../support/app.ts'
import { signedIn } from '../support/press.ts'
import { sessionIdOf } from '../support/sessions.ts'
import t from '../support/tap.ts'
import { type Fields, hidden } from '../support/visitor.ts'

const ROSA: Fields = {
  title: '',
  firstName: 'Rosa',
  lastName: 'Delgado',
  phoneType1: 'mobile',
  phoneNumber1: '',
  timeZone: 'Australia/Melbourne',
}

async function tab(clinic: TestClinic, user: User) {
  const visitor = await signedIn(clinic, user)
  const form = await visitor.get('/my-details/edit')
  const save = (fields: Fields, version = hidden(form, 'version')) =>
    visitor.post('/my-details', { ...ROSA, version, ...fields })
  return { visitor, form, save }
}

function stored({ db }: TestClinic, { id }: User): Promise<User> {
  return db.selectFrom('users').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
}

t.test('a receptionist corrects their own details without a password, and the trail says so', async (t) => {
  const clinic = await testClinic(t)
  const { team, db } = clinic
  const { visitor, form, save } = await tab(clinic, team.receptionist)
  t.match(form.html, 'value="Delgado"')
  t.notMatch(form.text, 'Security role')
  const phones = { phoneNumber1: '0491 570 156', phoneType2: 'home', phoneNumber2: '(03) 9123 4567' }
  const saved = await save({ lastName: 'Vega', timeZone: 'Europe/Madrid', ...phones })
  t.equal(saved.location, '/my-details')
  const page = await visitor.follow(saved)
  t.match(page.text, 'Changes saved.')
  t.match(
    page.text,
    /Last name Vega .*Mobile number 0491 570 156 Home number \(03\) 9123 4567 Time zone Europe\/Madrid/,
  )
  const events = await db
    .selectFrom('events')
    .selectAll()
    .where('action', '=', 'my-details.changed')
    .execute()
  t.equal(events.length, 1)
  t.same(events[0]?.before, { lastName: 'Delgado', phoneNumbers: null, timeZone: 'Australia/Melbourne' })
  t.same(events[0]?.after, {
    lastName: 'Vega',
    phoneNumbers: 'mobile +61491570156, home +61391234567',
    timeZone: 'Europe/Madrid',
  })
  const adam = await signedIn(clinic, team.administrator)
  t.match((await adam.get('/settings/users?search=vega')).text, 'Rosa Vega')
  const trail = await adam.get('/settings/activity')
  t.match(trail.text, /Rosa Vega changed their own details .*Last name: Delgado → Vega/)
})

t.test('nobody gives themself a role, a profession or another’s page by a hand-made form', async (t) => {
  const clinic = await testClinic(t)
  const { team } = clinic
  const { visitor, save } = await tab(clinic, team.receptionist)
  const before = await stored(clinic, team.receptionist)
  const extras: Fields[] = [
    { role: 'administrator' },
    { isPractitioner: 'yes' },
    { profession: 'Surgeon' },
    { isOwner: 'true' },
    { email: 'rosa@evil.example' },
    { id: team.owner.id },
  ]
  for (const extra of extras) {
    const refused = await save({ lastName: 'Boss', ...extra })
    t.equal(refused.status, 422)
    t.match(refused.text, `This form has no field called “${Object.keys(extra)[0]}”.`)
  }
  const foreign = await visitor.post(
    '/my-details',
    { ...ROSA, version: 'x'.repeat(43) },
    { origin: 'https://evil.example' },
  )
  t.equal(foreign.status, 403)
  t.same(await stored(clinic, team.receptionist), before)
})

t.test('the second of two tabs is told what changed, and loses nothing', async (t) => {
  const clinic = await testClinic(t)
  const { team } = clinic
  const first = await tab(clinic, team.receptionist)
  const second = await tab(clinic, team.receptionist)
  const number = { phoneNumber1: '0491 570 156' }
  t.equal((await first.save({ lastName: 'Okoye', ...number })).status, 303)
  const told = await second.save({ firstName: 'Rosalind', phoneNumber1: '0491 570 157' })
  t.equal(told.status, 422)
  t.match(told.text, /It now says: .*Last name: Okoye/)
  t.match(told.text, 'Phone numbers: Mobile 0491 570 156')
  t.match(told.html, 'value="Rosalind"')
  t.match(told.html, 'value="0491 570 157"')
  t.match(await stored(clinic, team.receptionist), { firstName: 'Rosa', lastName: 'Okoye' })
  const answers = { firstName: 'Rosalind', lastName: 'Okoye', phoneNumber1: '0491 570 157' }
  t.equal((await second.save(answers, hidden(told, 'version'))).status, 303)
  t.equal((await second.save(answers)).status, 303, 'a second press is no conflict')
  t.match(await stored(clinic, team.receptionist), { firstName: 'Rosalind', lastName: 'Okoye' })
})

t.test('of two saves at once one is kept whole and the other is told', async (t) => {
  const clinic = await testClinic(t)
  const { db, team } = clinic
  const actor = { clinicId: team.owner.clinicId, userId: team.receptionist.id, ip: null, userAgent: null }
  await signedIn(clinic, team.receptionist)
  const sessionId = await sessionIdOf(db, team.receptionist)
  for (let round = 0; round < 20; round++) {
    const rosa = await stored(clinic, team.receptionist)
    const own = await readOwnDetails(db, rosa)
    const phone = (digit: number) => [
      { type: 'mobile' as const, number: `+614915701${round + 10}${digit}`.slice(0, 12) },
    ]
    const outcomes = await Promise.allSettled(
      [1, 2].map((n) =>
        editOwnDetails(db, actor, {
          details: { ...own, lastName: `R${round} ${n}`, phoneNumbers: phone(n) },
          ...{ version: versionOf(own), sessionId },
        }),
      ),
    )
    t.equal(outcomes.filter(({ status }) => status === 'rejected').length, 1)
    t.equal((await readOwnDetails(db, rosa)).phoneNumbers.length, 1)
    const winner = outcomes.findIndex(({ status }) => status === 'fulfilled') + 1
    t.equal((await stored(clinic, team.receptionist)).lastName, `R${round} ${winner}`)
  }
})

t.test('bad answers are told at their fields, and nothing changes', async (t) => {
  const clinic = await testClinic(t)
  const { save } = await tab(clinic, clinic.team.receptionist)
  const before = await stored(clinic, clinic.team.receptionist)
  const fields = ['title', 'firstName', 'lastName', 'phoneNumber1', 'phoneType1', 'timeZone', 'version']
  for (const field of fields)
    for (const answer of ['a\0b', 'x'.repeat(10_000), '<b>']) {
      const refused = await save({ [field]: answer })
      t.equal(refused.status, 422, `${field} ${answer.slice(0, 5)}`)
      t.match(refused.html, `href="#${field}"`)
    }
  t.match((await save({ firstName: '', lastName: '' })).text, /Enter a first name\. .*Enter a last name,/)
  t.same(await stored(clinic, clinic.team.receptionist), before)
})

t.test('somebody deactivated while the form was open changes nothing', async (t) => {
  const clinic = await testClinic(t)
  const { db, team } = clinic
  const rosa = await stored(clinic, team.receptionist)
  await db.updateTable('users').set({ deactivatedAt: new Date() }).where('id', '=', rosa.id).execute()
  const actor = { clinicId: rosa.clinicId, userId: rosa.id, ip: null, userAgent: null }
  const own = await readOwnDetails(db, rosa)
  const details = { ...own, lastName: 'Late' }
  const edit = { details, version: versionOf(own), sessionId: crypto.randomUUID() }
  await t.rejects(editOwnDetails(db, actor, edit), new SessionEnded())
  t.equal((await stored(clinic, rosa)).lastName, 'Delgado')
})
