import type { NewUserRow } from '../../../src/database/schema.ts'
import { exportUsers } from '../../../src/settings/users/export-users.ts'
import { sortName } from '../../../src/users/names.ts'
import { testClinic } from '../../support/app.ts'
import { addEverybody, askToStart, draftOf, IMPORTS, silent, verifyStart } from '../../support/imports.ts'
import { signedIn } from '../../support/press.ts'
import t from '../../support/tap.ts'

const UNTITLED = 'Smith\tAnna\tanna@a.example\tScheduler\tNo\nBerg\tBo\tbo@a.example\tScheduler\tNo'
const TOLD = {
  ...{ column1: 'lastName', column2: 'firstName', column3: 'personEmail' },
  ...{ column4: 'role', column5: 'isPractitioner' },
}

t.test('an administrator says which column is which, and only then is anything checked', async (t) => {
  const clinic = await testClinic(t)
  const adam = await signedIn(clinic, clinic.team.administrator)
  const path = await draftOf(adam, UNTITLED)
  const page = await adam.get(path)
  t.match(page.text, /Which column is which\?/)
  t.match(page.text, /Column 1 For example: Smith, Berg/)
  const gap = await adam.get(await draftOf(adam, 'Smith\t\tanna@a.example\nBerg\t\tbo@a.example'))
  t.match(gap.html, /id="column2".*?value="ignored" selected/s, 'an empty column need not be answered')
  t.equal((await adam.post(`${path}/start`, { version: '1' })).status, 422, 'it cannot be started before')
  t.equal((await adam.post(path, { 'row1-firstName': 'Anna' })).status, 422, 'or be changed row by row')

  const told = await adam.post(`${path}/columns`, TOLD)
  t.equal(told.location, path)
  const review = await adam.get(path)
  t.match(review.text, /2 people ready/)
  t.match(review.text, /Anna Smith/)
  t.equal(
    (await adam.post(`${path}/columns`, { ...TOLD, column1: 'firstName', column2: 'lastName' })).status,
    303,
  )
  t.match((await adam.get(path)).text, /Anna Smith/, 'told again from another tab, nothing changes')
})

t.test('each column without an answer, or with the answer of another, is told at its field', async (t) => {
  const clinic = await testClinic(t)
  const adam = await signedIn(clinic, clinic.team.administrator)
  const path = await draftOf(adam, UNTITLED)
  const { column5: _, ...four } = TOLD
  const refused = await adam.post(`${path}/columns`, { ...four, column2: 'lastName' })
  t.equal(refused.status, 422)
  t.match(refused.html, /id="column2-error">.*You’ve chosen this for column 1/)
  t.match(refused.html, /id="column5-error">.*Choose what this column holds/)
  t.match(refused.html, /<option value="personEmail" selected>/, 'what was chosen is kept')
  const nobody = await adam.post(`${path}/columns`, { ...TOLD, column3: 'ignored' })
  t.match(nobody.html, /id="column1-error">.*Choose which column holds the email addresses/)
  for (const wrong of [
    { ...TOLD, column1: 'isOwner' },
    { ...TOLD, column0: 'title' },
    { ...TOLD, clinicId: '1' },
  ])
    t.equal((await adam.post(`${path}/columns`, wrong)).status, 422)
  t.match((await adam.get(path)).text, /Which column is which/)
})

t.test('what is ignored is named, and the answers for all rows still hold', async (t) => {
  const clinic = await testClinic(t)
  const adam = await signedIn(clinic, clinic.team.administrator)
  const file = 'Name;Vorname;E-Mail;Kommentar\nSmith;Anna;anna@a.example;neu'
  const sent = await adam.post(IMPORTS, { pasted: file, role: 'bookkeeper', isPractitioner: 'no' })
  const path = sent.location ?? ''
  t.match((await adam.get(path)).text, /Column 4: Kommentar For example: neu/)
  await adam.post(`${path}/columns`, {
    ...{ column1: 'lastName', column2: 'firstName', column3: 'personEmail', column4: 'ignored' },
  })
  const review = await adam.get(path)
  t.match(review.text, /Ignored column: Kommentar/)
  t.match(review.text, /Anna Smith .*Bookkeeper/)
})

t.test('a receptionist and another administrator cannot say it', async (t) => {
  const clinic = await testClinic(t)
  const adam = await signedIn(clinic, clinic.team.administrator)
  const path = await draftOf(adam, UNTITLED)
  const rosa = await signedIn(clinic, clinic.team.receptionist)
  t.equal((await rosa.post(`${path}/columns`, TOLD)).status, 403)
  const olivia = await signedIn(clinic, clinic.team.owner)
  t.equal((await olivia.post(`${path}/columns`, TOLD)).status, 404)
  const foreign = await adam.post(`${path}/columns`, TOLD, { origin: 'https://evil.example' })
  t.equal(foreign.status, 403)
  t.match((await adam.get(path)).text, /Which column is which/)
})

t.test('what one clinic exports, another imports, and every field is the same', async (t) => {
  const [from, to] = [await testClinic(t), await testClinic(t)]
  const { clinicId } = from.team.owner
  const people = [
    {
      ...{
        firstName: 'Zoë',
        lastName: "'=Müller",
        title: '=Dr',
        email: 'zoe@far.example',
        role: 'practitioner',
      },
      ...{ isPractitioner: true, profession: 'Osteopath, "sports"', timeZone: 'Europe/Berlin' },
    },
    {
      ...{ firstName: '小明', lastName: '', title: null, email: 'wang@far.example', role: 'bookkeeper' },
      ...{ isPractitioner: false, profession: null, timeZone: 'UTC' },
    },
  ] satisfies Partial<NewUserRow>[]
  const phones = [
    { type: 'work', number: '+61355501234' },
    { type: 'mobile', number: '+4915123456789' },
    { type: 'fax', number: '+61355501235' },
  ] as const
  for (const person of people) {
    const { id: userId } = await from.db
      .insertInto('users')
      .values({ ...person, clinicId, sortName: sortName(person.firstName, person.lastName) })
      .returning('id')
      .executeTakeFirstOrThrow()
    for (const phone of phones)
      await from.db
        .insertInto('phoneNumbers')
        .values({ ...phone, clinicId, userId })
        .execute()
  }
  let csv = ''
  for await (const chunk of exportUsers(
    from.db,
    { clinicId, country: 'AU' },
    { filter: { search: 'far.example' }, sort: 'name' },
  ))
    csv += chunk

  await to.db.updateTable('clinics').set({ country: 'NZ' }).execute()
  const adam = await signedIn(to, to.team.administrator)
  const path = await draftOf(adam, csv)
  const review = await adam.get(path)
  t.match(review.text, /2 people ready/)
  t.match(review.text, /Ignored columns: Owner, Status, Last sign-in \(UTC\)\./)
  await verifyStart(adam, await askToStart(adam, path), path)
  await addEverybody({ db: to.db, log: silent })
  for (const person of people) {
    const added = await to.db
      .selectFrom('users')
      .selectAll()
      .where('email', '=', person.email)
      .executeTakeFirstOrThrow()
    t.match(added, person)
    const numbers = to.db.selectFrom('phoneNumbers').select(['type', 'number']).where('userId', '=', added.id)
    t.same(await numbers.orderBy('id').execute(), phones)
  }
})
