import { sql } from 'kysely'
import { askToAdd, NEW_USER, verify } from '../support/add-user.ts'
import { testClinic } from '../support/app.ts'
import { pressAndVerify, signedIn } from '../support/press.ts'
import t from '../support/tap.ts'
import { type Fields, hidden, type Visit } from '../support/visitor.ts'

const NEW = '/settings/users/new'
const KEPT = 'We’ve kept what you typed.'

/** What stands in a text field of the page. */
const typedIn = (page: Visit, field: string) =>
  new RegExp(`<input[^>]* name="${field}"[^>]* value="([^"]*)"`).exec(page.html)?.[1] ?? ''

/** Edit, saved as it was but for some fields. */
function editOf(page: Visit, changed: Fields): Fields {
  const names = { firstName: typedIn(page, 'firstName'), lastName: typedIn(page, 'lastName') }
  const work = { role: 'scheduler', isPractitioner: 'no', timeZone: 'Australia/Melbourne' }
  return { ...names, ...work, version: hidden(page, 'version'), ...changed }
}

t.test('an administrator who goes back from the last look finds what she typed', async (t) => {
  const clinic = await testClinic(t)
  const adam = await signedIn(clinic, clinic.team.administrator)
  t.notMatch((await adam.get(NEW)).text, KEPT)
  await askToAdd(adam)
  const back = await adam.get(NEW)
  t.match(back.text, KEPT)
  for (const field of ['title', 'firstName', 'lastName', 'personEmail', 'mobileNumber'])
    t.equal(typedIn(back, field), NEW_USER[field], field)
  t.match(back.html, /value="Australia\/Perth" selected/)
  t.match(back.html, /value="receptionist"[^>]* checked/)
  t.match(back.html, /value="no"[^>]* checked/)
  t.equal((await adam.get(NEW)).text, back.text, 'as often as they like')
})

t.test('every form that leads to a last look is there again, at its own page only', async (t) => {
  const clinic = await testClinic(t)
  const { team } = clinic
  const adam = await signedIn(clinic, team.administrator)
  const person = `/settings/users/${team.scheduler.id}`
  const edit = editOf(await adam.get(`${person}/edit`), { lastName: 'Typed', role: 'bookkeeper' })
  const forms: [page: string, action: string, fields: Fields, shown: RegExp][] = [
    [`${person}/edit`, person, edit, /value="Typed"/],
    [
      `${person}/address`,
      `${person}/address`,
      { personEmail: 'typed@x.example' },
      /value="typed@x\.example"/,
    ],
    ['/my-details/email', '/my-details/email', { personEmail: 'own@x.example' }, /value="own@x\.example"/],
  ]
  for (const [page, action, fields, shown] of forms) {
    t.match(await adam.post(action, fields), { status: 200, text: /Verify your password/ }, action)
    t.match(await adam.get(page), { html: shown, text: KEPT }, page)
  }
  for (const page of [NEW, `/settings/users/${team.bookkeeper.id}/edit`, '/my-details/edit'])
    t.notMatch((await adam.get(page)).text, KEPT, page)
})

t.test('a password is never among what is kept', async (t) => {
  const clinic = await testClinic(t)
  const { db, team } = clinic
  const adam = await signedIn(clinic, team.administrator)
  await verify(adam, await askToAdd(adam), 'a slip of the hand')
  const rows = await db.selectFrom('keptForms').selectAll().execute()
  t.equal(rows.length, 1)
  t.notMatch(JSON.stringify(rows), /slip of the hand|"signedForm"/)
})

t.test('the form is empty again once the person is added, and not before', async (t) => {
  const clinic = await testClinic(t)
  const adam = await signedIn(clinic, clinic.team.administrator)
  const lastLook = await askToAdd(adam)
  await verify(adam, lastLook, 'wrong')
  t.match((await adam.get(NEW)).text, KEPT)
  t.equal((await verify(adam, lastLook)).status, 303)
  t.notMatch((await adam.get(NEW)).text, KEPT)
})

t.test('of two tabs, the one that is done leaves what was typed in the other', async (t) => {
  const clinic = await testClinic(t)
  const adam = await signedIn(clinic, clinic.team.administrator)
  const first = await askToAdd(adam)
  await askToAdd(adam, { firstName: 'Second', personEmail: 'second@harbour.example' })
  t.equal((await verify(adam, first)).status, 303)
  t.equal(typedIn(await adam.get(NEW), 'firstName'), 'Second')
})

t.test('she can start again with an empty form, and Cancel forgets it too', async (t) => {
  const clinic = await testClinic(t)
  const adam = await signedIn(clinic, clinic.team.administrator)
  await askToAdd(adam)
  const page = hidden(await adam.get(NEW), 'page')
  const empty = await adam.follow(await adam.post('/kept-form/discard', { page }))
  t.equal(empty.url, NEW)
  t.notMatch(empty.text, KEPT)
  t.equal(typedIn(empty, 'firstName'), '')
  t.equal((await adam.post('/kept-form/discard', { page })).location, NEW, 'twice is the same')

  const lastLook = await askToAdd(adam)
  const change = await adam.post('/settings/users', {
    signedForm: hidden(lastLook, 'signedForm'),
    change: 'yes',
  })
  t.match(change.html, /form="discard" name="next" value="\/settings\/users">Cancel/)
  const discard = { page: hidden(change, 'page'), next: '/settings/users' }
  t.equal((await adam.post('/kept-form/discard', discard)).location, '/settings/users')
  t.notMatch((await adam.get(NEW)).text, KEPT)
  for (const elsewhere of ['https://evil.example', '//evil.example', '/\\evil.example'])
    t.equal((await adam.post('/kept-form/discard', { page: elsewhere })).location, '/')
  const foreign = await adam.post('/kept-form/discard', { page: NEW }, { origin: 'https://evil.example' })
  t.equal(foreign.status, 403)
})

t.test('nobody else sees it: not who signs in next in this browser, nor another device', async (t) => {
  const clinic = await testClinic(t)
  const { db, team } = clinic
  const browser = await signedIn(clinic, team.administrator)
  const phone = await signedIn(clinic, team.administrator)
  await askToAdd(browser)
  t.notMatch((await phone.get(NEW)).text, KEPT)
  await browser.post('/sign-out')
  t.same(await db.selectFrom('keptForms').selectAll().execute(), [], 'it ends with the session')
  for (const person of [team.owner, team.administrator]) {
    await browser.signIn(person)
    t.notMatch((await browser.get(NEW)).text, KEPT, person.email)
    await askToAdd(browser)
    browser.cookies.clear()
  }
})

t.test('after 30 minutes, or when other devices are signed out, it is gone', async (t) => {
  const clinic = await testClinic(t)
  const { db, team } = clinic
  const adam = await signedIn(clinic, team.administrator)
  const phone = await signedIn(clinic, team.administrator)
  await askToAdd(phone)
  await askToAdd(adam)
  await pressAndVerify(adam, '/my-details/sessions/sign-out')
  t.equal((await db.selectFrom('keptForms').select('page').execute()).length, 1, 'the phone’s is gone')
  await sql`update kept_forms set kept_at = now() - interval '29 minutes'`.execute(db)
  t.match((await adam.get(NEW)).text, KEPT)
  await sql`update kept_forms set kept_at = now() - interval '30 minutes'`.execute(db)
  t.notMatch((await adam.get(NEW)).text, KEPT)
})

t.test('whatever people type can be kept, and what changed meanwhile is told', async (t) => {
  const clinic = await testClinic(t)
  const { team } = clinic
  const adam = await signedIn(clinic, team.administrator)
  const olivia = await signedIn(clinic, team.owner)
  const odd = { firstName: 'Zoë O’Hara', lastName: '王小明' }
  t.equal((await askToAdd(adam, odd)).status, 200)
  t.match((await adam.get(NEW)).html, 'value="王小明"')

  const person = `/settings/users/${team.scheduler.id}`
  const edit = await adam.get(`${person}/edit`)
  await adam.post(person, editOf(edit, { role: 'bookkeeper' }))
  t.equal((await olivia.post(person, editOf(edit, { lastName: 'Married' }))).status, 303)
  t.match(
    (await adam.get(`${person}/edit`)).text,
    /Someone else changed this while you were editing.*Married/,
  )
})

t.test('buttons that lead to a last look keep nothing', async (t) => {
  const clinic = await testClinic(t)
  const { db, team } = clinic
  const adam = await signedIn(clinic, team.administrator)
  await pressAndVerify(adam, `/settings/users/${team.bookkeeper.id}/deactivation`)
  t.same(await db.selectFrom('keptForms').select('page').execute(), [])
})
