import { setupCode } from '../../src/set-up/set-up.ts'
import { testApp, testClinic } from '../support/app.ts'
import t from '../support/tap.ts'
import { hidden, Visitor } from '../support/visitor.ts'

const FIRST_RUN = {
  clinicName: 'Harbour Street Clinic',
  timeZone: 'Australia/Melbourne',
  firstName: 'Olivia',
  lastName: 'Hart',
  email: 'olivia@harbour.example',
  password: 'seven green parrots',
}

t.test('the printed link sets up the clinic, and its owner is signed in', async (t) => {
  const { app, db, config } = await testApp(t)
  const olivia = new Visitor(app)
  const form = await olivia.get(`/setup?code=${setupCode(config)}`)
  t.equal(form.status, 200)

  const done = await olivia.post('/setup', { ...FIRST_RUN, code: hidden(form, 'code') })
  t.equal(done.status, 303)
  const page = await olivia.follow(done)
  t.match(page.text, 'Harbour Street Clinic is ready')
  t.match(page.text, '0 practitioners (billed), 1 other staff (free)')
  const owner = await db.selectFrom('users').selectAll().executeTakeFirstOrThrow()
  t.match(owner, { role: 'administrator', isOwner: true, email: 'olivia@harbour.example' })
  t.match(await db.selectFrom('clinics').selectAll().executeTakeFirst(), { country: 'AU' })
})

t.test('the link can never be used again', async (t) => {
  const { app, config } = await testClinic(t)
  const stranger = new Visitor(app)
  const page = await stranger.get(`/setup?code=${setupCode(config)}`)
  t.equal(page.status, 410)
  t.match(page.text, 'The set-up link works once, and it has been used.')
  const posted = await stranger.post('/setup', { ...FIRST_RUN, code: setupCode(config) })
  t.equal(posted.status, 410)
})

t.test('nobody sets up a clinic without the code', async (t) => {
  const { app, db } = await testApp(t)
  const stranger = new Visitor(app)
  for (const code of ['', 'wrong', 'x'.repeat(32)]) {
    t.equal((await stranger.get(`/setup?code=${code}`)).status, 403)
    t.equal((await stranger.post('/setup', { ...FIRST_RUN, code })).status, 403)
  }
  t.equal((await stranger.get('/setup')).status, 403)
  t.equal((await stranger.get('/setup?code=a&code=b')).status, 404)
  t.same(await db.selectFrom('clinics').select('id').execute(), [])
})

t.test('two people who set up at the same moment make one clinic', async (t) => {
  const { app, db, config } = await testApp(t)
  const form = { ...FIRST_RUN, code: setupCode(config) }
  const answers = await Promise.all([1, 2, 3, 4].map(() => new Visitor(app).post('/setup', form)))
  t.equal(answers.filter((answer) => answer.status === 303).length, 1)
  t.same((await db.selectFrom('clinics').select('id').execute()).length, 1)
  t.same((await db.selectFrom('users').select('id').execute()).length, 1)
})

t.test('bad answers are named at their fields, and what was typed is kept', async (t) => {
  const { app, db, config } = await testApp(t)
  const olivia = new Visitor(app)
  const answer = await olivia.post('/setup', {
    ...FIRST_RUN,
    code: setupCode(config),
    clinicName: '',
    timeZone: 'Mars/Olympus',
    email: 'olivia at harbour',
    password: 'olivia hart olivia',
  })
  t.equal(answer.status, 422)
  t.match(answer.text, 'There is a problem')
  t.match(answer.text, 'Enter the clinic’s name.')
  t.match(answer.text, 'Choose a time zone from the list.')
  t.match(answer.text, 'Enter an email address in the correct format')
  t.match(answer.html, 'href="#password"')
  t.match(answer.html, 'value="Olivia"')
  t.notMatch(answer.html, 'olivia hart olivia')
  t.same(await db.selectFrom('clinics').select('id').execute(), [])
})

t.test('before set-up every page says what to do', async (t) => {
  const { app } = await testApp(t)
  const stranger = new Visitor(app)
  t.match((await stranger.get('/')).text, 'Not set up yet')
  t.match((await stranger.follow(await stranger.get('/settings/users'))).text, 'Not set up yet')
})
