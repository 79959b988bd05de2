import { sortName } from '../../../src/users/names.ts'
import { NEW_USER, verify } from '../../support/add-user.ts'
import { testClinic } from '../../support/app.ts'
import { addEverybody, askToStart, draftOf, silent, verifyStart } from '../../support/imports.ts'
import { joinPath } from '../../support/invitations.ts'
import { signedIn } from '../../support/press.ts'
import t from '../../support/tap.ts'
import { Visitor } from '../../support/visitor.ts'

const SUHARTO = {
  ...NEW_USER,
  firstName: 'Suharto',
  lastName: '',
  hasOneName: 'yes',
  personEmail: 'suharto@far.example',
}

t.test('somebody with one name is added, invited, found, sorted and greeted by it', async (t) => {
  const clinic = await testClinic(t)
  const { app, db, config, team } = clinic
  const adam = await signedIn(clinic, team.administrator)
  const lastLook = await adam.post('/settings/users', SUHARTO)
  t.match(lastLook.text, /Add Suharto to Harbour Street Clinic/)
  const added = await verify(adam, lastLook)
  const page = await adam.follow(added)
  t.match(page.html, '<title>Suharto – Frontdesk</title>')
  t.match(page.text, /Name Suharto Email/)
  t.notMatch(page.text, /Last name/)

  const list = await adam.get('/settings/users')
  t.ok(list.text.indexOf('Rosa Delgado') < list.text.indexOf('Suharto'), 'among the last names')
  t.ok(list.text.indexOf('Suharto') < list.text.indexOf('Erin Walsh'))
  for (const search of ['suharto', 'Suh', 'suharto far.example'])
    t.match((await adam.get(`/settings/users?search=${search}`)).text, /1 person found.*Suharto/, search)

  const user = await db
    .selectFrom('users')
    .selectAll()
    .where('firstName', '=', 'Suharto')
    .executeTakeFirstOrThrow()
  const suharto = new Visitor(app)
  await suharto.get(await joinPath(db, config, user))
  t.match((await suharto.get('/join')).text, /has invited you, Suharto, to join/)
  await suharto.post('/join', { password: 'four unrelated harbour words' })
  t.match((await suharto.get('/my-details')).text, /Suharto/)
  const edit = await suharto.get('/my-details/edit')
  t.match(edit.html, /name="hasOneName" value="yes" checked/)
})

t.test('an empty last name by mistake is told, with the way for those who have none', async (t) => {
  const clinic = await testClinic(t)
  const adam = await signedIn(clinic, clinic.team.administrator)
  const empty = await adam.post('/settings/users', { ...SUHARTO, hasOneName: '' })
  t.equal(empty.status, 422)
  t.match(empty.html, /id="lastName-error">.*Enter a last name, or tick “Has only one name”/)
  const both = await adam.post('/settings/users', { ...SUHARTO, lastName: 'Sukarno' })
  t.equal(both.status, 422)
  t.match(both.html, /id="lastName-error">.*Clear the last name, or untick/)
  t.match(both.html, /name="hasOneName" value="yes" checked/, 'what was ticked is kept')
})

t.test('somebody can turn out to have one name, and later two', async (t) => {
  const clinic = await testClinic(t)
  const { db, team } = clinic
  const rosa = await signedIn(clinic, team.receptionist)
  const save = async (names: Record<string, string>) => {
    const form = await rosa.get('/my-details/edit')
    const version = /name="version" value="([^"]+)"/.exec(form.html)?.[1] ?? ''
    return rosa.post('/my-details', { timeZone: 'Australia/Melbourne', version, ...names })
  }
  t.equal((await save({ firstName: 'Rosa', lastName: '', hasOneName: 'yes' })).status, 303)
  const names = () =>
    db
      .selectFrom('users')
      .select(['lastName', 'sortName'])
      .where('id', '=', team.receptionist.id)
      .executeTakeFirst()
  t.same(await names(), { lastName: '', sortName: 'rosa\t' })
  t.equal((await save({ firstName: 'Rosa', lastName: 'Delgado' })).status, 303)
  t.same(await names(), { lastName: 'Delgado', sortName: 'delgado\trosa' })
})

t.test('a list can hold people with one name', async (t) => {
  const clinic = await testClinic(t)
  const adam = await signedIn(clinic, clinic.team.administrator)
  const rows = [
    'First name\tLast name\tHas only one name\tEmail\tSecurity role\tPractitioner',
    'Suharto\t\tYes\tsuharto@far.example\tScheduler\tNo',
    'Anna\tSmith\tNo\tanna@far.example\tScheduler\tNo',
    'Madonna\t\t\tmadonna@far.example\tScheduler\tNo',
  ]
  const path = await draftOf(adam, rows.join('\n'))
  const review = await adam.get(path)
  t.match(review.text, /2 people ready, 1 needs attention/)
  t.match(review.html, /id="row4-lastName-error">.*tick “Has only one name”/)
  await adam.post(path, {
    ...{ 'row4-firstName': 'Madonna', 'row4-hasOneName': 'yes', 'row4-personEmail': 'madonna@far.example' },
    ...{ 'row4-role': 'scheduler', 'row4-isPractitioner': 'no' },
  })
  t.match((await adam.get(path)).text, /3 people ready/)
  await verifyStart(adam, await askToStart(adam, path), path)
  await addEverybody({ db: clinic.db, log: silent })
  const added = clinic.db
    .selectFrom('users')
    .select(['firstName', 'lastName'])
    .where('email', 'like', '%far.example')
  t.same(await added.orderBy('sortName').execute(), [
    { firstName: 'Madonna', lastName: '' },
    { firstName: 'Anna', lastName: 'Smith' },
    { firstName: 'Suharto', lastName: '' },
  ])
})

t.test('an only name sorts where a reader looks for it', (t) => {
  t.ok(sortName('Suharto', '') > sortName('Zoe', 'Smith'))
  t.ok(sortName('Suharto', '') < sortName('Anna', 'Walsh'))
  t.end()
})
