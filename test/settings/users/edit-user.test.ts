import type { User } from '../../../src/database/schema.ts'
import { DEMO_PASSWORD } from '../../../src/demo/team.ts'
import { Refusal } from '../../../src/refusal.ts'
import { editUser } from '../../../src/settings/users/edit-user.ts'
import { detailsOf, versionOf } from '../../../src/users/details.ts'
import { type TestClinic, testClinic } from '../../support/app.ts'
import t from '../../support/tap.ts'
import { type Fields, hidden, type Visit, Visitor } from '../../support/visitor.ts'

const ROSA: Fields = {
  title: '',
  firstName: 'Rosa',
  lastName: 'Delgado',
  phoneType1: 'mobile',
  phoneNumber1: '',
  timeZone: 'Australia/Melbourne',
  role: 'receptionist',
  isPractitioner: 'no',
  profession: '',
}

async function editor({ app, team }: TestClinic, user: User, as: User = team.administrator) {
  const visitor = new Visitor(app)
  await visitor.signIn(as)
  const path = `/settings/users/${user.id}`
  const form = await visitor.get(`${path}/edit`)
  const save = (fields: Fields, version = hidden(form, 'version')) =>
    visitor.post(path, { ...ROSA, version, ...fields })
  const verify = (page: Visit, password = DEMO_PASSWORD) =>
    visitor.post(path, { signedForm: hidden(page, 'signedForm'), currentPassword: password })
  return { visitor, form, save, verify, path }
}

t.test('an administrator corrects names and phone, and the trail says what changed', async (t) => {
  const clinic = await testClinic(t)
  const { db, team } = clinic
  const { form, save, visitor } = await editor(clinic, team.receptionist)
  t.match(form.html, 'value="Delgado"')
  const saved = await save({ lastName: 'Delgado-Vega', phoneNumber1: '0491 570 156' })
  t.equal(saved.location, `/settings/users/${team.receptionist.id}`, 'details need no password')
  const page = await visitor.follow(saved)
  t.match(page.text, 'Changes saved.')
  t.match(page.text, 'Delgado-Vega')
  t.match(page.text, '0491 570 156')
  const event = await db
    .selectFrom('events')
    .selectAll()
    .where('action', '=', 'user.changed')
    .executeTakeFirst()
  t.same(event?.before, { lastName: 'Delgado', phoneNumbers: null })
  t.same(event?.after, { lastName: 'Delgado-Vega', phoneNumbers: 'mobile +61491570156' })
  t.match((await visitor.get('/settings/users')).text, /Rosa Delgado-Vega Receptionist/)
})

t.test('a new security role needs the password, and ends the person’s sessions', async (t) => {
  const clinic = await testClinic(t)
  const { app, db, team } = clinic
  const rosa = new Visitor(app)
  await rosa.signIn(team.receptionist)
  const { save, verify, visitor } = await editor(clinic, team.receptionist)
  const lastLook = await save({ role: 'scheduler' })
  t.match(lastLook.text, 'Verify your password')
  t.match(lastLook.text, 'Change Rosa Delgado’s role')
  t.equal((await verify(lastLook, 'wrong')).status, 422)
  const roleOf = async () =>
    (await db.selectFrom('users').select('role').where('id', '=', team.receptionist.id).executeTakeFirst())
      ?.role
  t.equal(await roleOf(), 'receptionist')
  t.equal((await rosa.get('/my-details')).status, 200)

  t.equal((await visitor.follow(await verify(lastLook))).status, 200)
  t.equal(await roleOf(), 'scheduler')
  t.match((await rosa.get('/my-details')).location, /^\/sign-in/)
})

t.test('a wrong password for a change that somebody made meanwhile does nothing', async (t) => {
  const clinic = await testClinic(t)
  const { db, team } = clinic
  const { save, verify } = await editor(clinic, team.receptionist)
  const lastLook = await save({ role: 'scheduler', lastName: 'Changed' })
  await db.updateTable('users').set({ role: 'scheduler' }).where('id', '=', team.receptionist.id).execute()
  t.equal((await verify(lastLook, 'wrong')).status, 400)
  const rosa = await db
    .selectFrom('users')
    .select('lastName')
    .where('id', '=', team.receptionist.id)
    .executeTakeFirst()
  t.equal(rosa?.lastName, 'Delgado')
})

t.test('the second of two who edit one person is told what changed, and loses nothing', async (t) => {
  const clinic = await testClinic(t)
  const { db, team } = clinic
  const first = await editor(clinic, team.receptionist)
  const second = await editor(clinic, team.receptionist, team.owner)
  t.equal((await first.save({ lastName: 'Okoye' })).status, 303)
  const told = await second.save({ firstName: 'Rosalind', phoneNumber1: '0491 570 156' })
  t.equal(told.status, 422)
  t.match(told.text, 'Someone else changed this while you were editing. It now says:')
  t.match(told.text, 'Last name: Okoye')
  t.match(told.html, 'value="Rosalind"')
  t.match(told.html, 'value="0491 570 156"')
  const kept = await db
    .selectFrom('users')
    .select(['firstName', 'lastName'])
    .where('id', '=', team.receptionist.id)
    .executeTakeFirst()
  t.same(kept, { firstName: 'Rosa', lastName: 'Okoye' })
  const again = await second.save({ firstName: 'Rosalind', lastName: 'Okoye' }, hidden(told, 'version'))
  t.equal(again.status, 303)
  t.equal(
    (await second.save({ firstName: 'Rosalind', lastName: 'Okoye' })).status,
    303,
    'a second press is no conflict',
  )
})

t.test('an administrator reads the name of the role that another has just given', async (t) => {
  const clinic = await testClinic(t)
  const { db, team } = clinic
  const { save, verify } = await editor(clinic, team.receptionist)
  const changes = { role: 'power receptionist', isPractitioner: true } as const
  await db.updateTable('users').set(changes).where('id', '=', team.receptionist.id).execute()
  const told = await verify(await save({ role: 'scheduler' }))
  t.equal(told.status, 422)
  t.match(told.text, 'Security role: Power receptionist Practitioner: Yes')
})

t.test('bad answers are told at their fields, and nothing changes', async (t) => {
  const clinic = await testClinic(t)
  const { team } = clinic
  const { save, path, visitor } = await editor(clinic, team.receptionist)
  const bad: [Fields, RegExp][] = [
    [{ firstName: '' }, /Enter a first name/],
    [{ lastName: '<b>' }, /Remove < and >/],
    [{ phoneNumber1: 'x' }, /Enter a phone number/],
    [{ role: 'owner' }, /Choose a security role/],
    [{ isPractitioner: 'yes' }, /Enter a profession/],
    [{ isOwner: 'true' }, /no field called/],
    [{ personEmail: 'x@y.example' }, /no field called/],
    [{ version: 'x' }, /Open the form again/],
  ]
  for (const [fields, words] of bad) {
    const answer = await save(fields)
    t.equal(answer.status, 422, JSON.stringify(fields))
    t.match(answer.text, words)
  }
  t.equal((await visitor.get('/settings/users/999999/edit')).status, 404)
  t.equal((await visitor.post('/settings/users/999999', { ...ROSA, version: 'x'.repeat(43) })).status, 404)
  t.equal(
    (await visitor.post(path, { ...ROSA, version: 'x'.repeat(43) }, { origin: 'https://evil.example' }))
      .status,
    403,
  )
  const rosa = new Visitor(clinic.app)
  await rosa.signIn(team.receptionist)
  t.equal((await rosa.get(`${path}/edit`)).status, 403)
  t.equal((await rosa.post(path, { ...ROSA, role: 'administrator' })).status, 403)
})

t.test('an owner keeps the administrator’s role, and others do not touch an owner', async (t) => {
  const clinic = await testClinic(t)
  const { team } = clinic
  const olivia = { firstName: 'Olivia', lastName: 'Hart', role: 'receptionist' }
  const own = await editor(clinic, team.owner, team.owner)
  const refused = await own.verify(await own.save(olivia))
  t.match(refused.text, 'Olivia is an owner, and owners are administrators.')
  const other = await editor(clinic, team.owner)
  t.match(
    (await other.verify(await other.save(olivia))).text,
    'Olivia is an owner. Only another owner can do this.',
  )
})

t.test('two hundred rounds of two administrators who demote each other always leave one', async (t) => {
  const { db, team } = await testClinic(t)
  const { owner: first, administrator: second } = team
  await db.updateTable('users').set({ isOwner: false }).where('id', '=', first.id).execute()
  const demote = (actor: User, target: User) => {
    const details = { ...detailsOf(target), phoneNumbers: [], role: 'scheduler' as const }
    const acting = { clinicId: actor.clinicId, userId: actor.id, ip: null, userAgent: null }
    return editUser(db, acting, target.id, {
      details,
      version: versionOf({ ...detailsOf(target), phoneNumbers: [] }),
      verifiedIn: crypto.randomUUID(),
    })
  }
  for (let round = 0; round < 200; round++) {
    const outcomes = await Promise.allSettled([demote(first, second), demote(second, first)])
    const reasons = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []))
    if (reasons.length !== 1 || !(reasons[0] instanceof Refusal)) t.fail(`round ${round}: ${reasons}`)
    const back = { role: 'administrator' as const, updatedAt: first.updatedAt }
    await db.updateTable('users').set(back).where('id', '=', first.id).execute()
    await db
      .updateTable('users')
      .set({ ...back, updatedAt: second.updatedAt })
      .where('id', '=', second.id)
      .execute()
  }
  t.pass('one refusal a round')
})
