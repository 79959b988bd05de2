import type { User } from '../../src/database/schema.ts'
import { DEMO_PASSWORD } from '../../src/demo/team.ts'
import { NEW_USER } from '../support/add-user.ts'
import { type TestClinic, testClinic } from '../support/app.ts'
import { signedIn } from '../support/press.ts'
import t from '../support/tap.ts'
import { type Fields, hidden, Visitor } from '../support/visitor.ts'

/** Posts a form signed out, signs in, and stands on the page Welcome back, with the signed form. */
async function interruptedAt({ app }: TestClinic, user: User, path: string, fields: Fields) {
  const visitor = new Visitor(app)
  const interrupted = hidden(await visitor.post(path, fields), 'interrupted')
  const { email } = user
  const back = await visitor.follow(
    await visitor.post('/sign-in', { email, password: DEMO_PASSWORD, interrupted }),
  )
  return { visitor, signedForm: hidden(back, 'signedForm') }
}

const BAD: Fields = { isPractitioner: 'yes', profession: '', role: 'practitioner', mobileNumber: '12' }

t.test(
  'a form typed signed out is checked by its rules, whether or not its signature comes with a password',
  async (t) => {
    const clinic = await testClinic(t)
    const { db, team } = clinic
    const people = async () => (await db.selectFrom('users').select('id').execute()).length
    const before = await people()
    const typed = { ...NEW_USER, ...BAD }
    const { visitor, signedForm } = await interruptedAt(clinic, team.administrator, '/settings/users', typed)
    for (const more of [{}, { currentPassword: DEMO_PASSWORD }, { change: 'yes' }] as Fields[]) {
      const answer = await visitor.post('/settings/users', { signedForm, ...more })
      t.equal(answer.status, 422, JSON.stringify(more))
      t.match(answer.html, /href="#profession"/)
      t.match(answer.html, /href="#mobileNumber"/)
      t.match(answer.html, 'value="Nora"', 'nothing is lost')
    }
    t.equal(await people(), before)
  },
)

t.test('a form typed signed out meets the last look, and only then acts', async (t) => {
  const clinic = await testClinic(t)
  const { db, team } = clinic
  const { visitor, signedForm } = await interruptedAt(clinic, team.administrator, '/settings/users', NEW_USER)
  const lastLook = await visitor.post('/settings/users', { signedForm, currentPassword: DEMO_PASSWORD })
  t.match(lastLook, { status: 200, text: /Verify your password .*Add Nora Lindgren/ })
  const nora = db
    .selectFrom('users')
    .select('id')
    .where('email', '=', NEW_USER.personEmail ?? '')
  t.same(await nora.execute(), [])
  const shown = { signedForm: hidden(lastLook, 'signedForm'), currentPassword: DEMO_PASSWORD }
  t.equal((await visitor.post('/settings/users', shown)).status, 303)
  t.equal((await nora.execute()).length, 1)
})

/** Where the pages are that a mere button stands on. */
const BACK = ['/', '/my-details', '/settings/users', '/settings/activity', '/my-details/second-step']

t.test('no route acts on a form that was typed signed out, by itself', async (t) => {
  const clinic = await testClinic(t)
  const { app, db, team } = clinic
  const own = ['/sign-out', '/sign-in', '/continue']
  const routes = [...app.accessTable].filter(
    ([route, access]) => route.startsWith('POST ') && !['anyone', 'guest'].includes(access),
  )
  t.ok(routes.length > 20)
  const count = async () => {
    const events = db.selectFrom('events').select('action').where('action', '!=', 'signed-in')
    return (await events.execute()).length
  }
  const { id } = team.bookkeeper
  for (const [route] of routes) {
    const path = route.slice('POST '.length).replace(':id', id).replace(':sessionId', NOBODYS_SESSION)
    if (own.includes(path)) continue
    const fields = FIELDS[route] ?? {}
    for (const more of [{}, { change: 'yes' }, { currentPassword: DEMO_PASSWORD }] as Fields[]) {
      const { visitor, signedForm } = await interruptedAt(clinic, team.owner, path, fields)
      const before = await count()
      const answer = await visitor.post(path, { signedForm, ...more })
      const isLedBack = BACK.includes(answer.location ?? '')
      t.ok([200, 404, 422].includes(answer.status) || isLedBack, `${route}: ${answer.status}`)
      t.equal(await count(), before, route)
    }
  }
})

t.test('a form that was typed signed out and lost its session again still meets the last look', async (t) => {
  const clinic = await testClinic(t)
  const { team } = clinic
  const { visitor, signedForm } = await interruptedAt(clinic, team.administrator, '/settings/users', NEW_USER)
  visitor.cookies.clear()
  const interrupted = hidden(
    await visitor.post('/settings/users', { signedForm, change: 'yes' }),
    'interrupted',
  )
  const { email } = team.administrator
  const back = await visitor.follow(
    await visitor.post('/sign-in', { email, password: DEMO_PASSWORD, interrupted }),
  )
  const form = await visitor.post('/settings/users', {
    signedForm: hidden(back, 'signedForm'),
    change: 'yes',
  })
  t.match(form, { status: 200, html: /value="nora@harbour\.example"/ })
})

t.test(
  'neither signature of a form on its way through sign-in serves for somebody else or as a last look',
  async (t) => {
    const clinic = await testClinic(t)
    const { app, team } = clinic
    const { signedForm } = await interruptedAt(clinic, team.administrator, '/settings/users', NEW_USER)
    const interrupted = hidden(await new Visitor(app).post('/settings/users', NEW_USER), 'interrupted')
    const olivia = await signedIn(clinic, team.owner)
    for (const given of [signedForm, interrupted]) {
      const answer = await olivia.post('/settings/users', {
        signedForm: given,
        currentPassword: DEMO_PASSWORD,
      })
      t.match(answer, { status: 400, text: /This page is out of date/ })
    }
  },
)

t.test('what changed after the last look is still looked at by the act', async (t) => {
  const clinic = await testClinic(t)
  const { db, team } = clinic
  const adam = await signedIn(clinic, team.administrator)
  const olivia = await signedIn(clinic, team.owner)
  const look = await adam.post('/settings/users', NEW_USER)
  const hers = await olivia.post('/settings/users', NEW_USER)
  const press = (visitor: Visitor, page: typeof look) =>
    visitor.post('/settings/users', {
      signedForm: hidden(page, 'signedForm'),
      currentPassword: DEMO_PASSWORD,
    })
  t.equal((await press(olivia, hers)).status, 303)
  t.match(await press(adam, look), { status: 422, text: /already has this email address/ })

  const other = { ...NEW_USER, personEmail: 'second@harbour.example', role: 'administrator' }
  const second = await adam.post('/settings/users', other)
  await db
    .updateTable('users')
    .set({ role: 'power receptionist' })
    .where('id', '=', team.administrator.id)
    .execute()
  t.not((await press(adam, second)).status, 303)
  const added = db.selectFrom('users').select('id').where('email', '=', other.personEmail)
  t.same(await added.execute(), [])
})

const NOBODYS_SESSION = '00000000-0000-4000-8000-000000000000'

/** What a valid form of each route holds; the others are buttons. */
const FIELDS: Record<string, Fields> = {
  'POST /settings/users': NEW_USER,
  'POST /my-details/email': { personEmail: 'new@harbour.example' },
  'POST /settings/users/:id/address': { personEmail: 'new@harbour.example' },
  'POST /settings/clinic': {
    clinicName: 'Typed',
    country: 'AU',
    timeZone: 'Australia/Perth',
    idleMinutes: '30',
  },
  'POST /settings/imports': { pasted: 'Ann,Abara,ann@harbour.example', role: 'receptionist' },
}
