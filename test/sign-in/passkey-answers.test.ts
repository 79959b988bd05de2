import { IP_TRIES_MAX } from '../../src/sessions/throttling.ts'
import { type TestClinic, testClinic } from '../support/app.ts'
import { Authenticator, optionsOn } from '../support/authenticator.ts'
import { pressAndVerify, signedIn } from '../support/press.ts'
import { HARBOUR, HILLTOP, secondClinic } from '../support/second-clinic.ts'
import {
  halfSignedIn,
  passkeyAsked,
  SECOND_STEP,
  signInWithPasskey,
  withApp,
  withPasskey,
} from '../support/second-step.ts'
import t from '../support/tap.ts'
import { hidden, Visitor } from '../support/visitor.ts'

type Lie = Parameters<Authenticator['use']>[1]

const FORGED: [what: string, lie: Lie][] = [
  ['at another host', { origin: 'http://phishing.example' }],
  ['for another host', { rpId: 'phishing.example' }],
  ['to another challenge', { challenge: Buffer.alloc(32).toString('base64url') }],
  ['without a finger, a face or a PIN', { isUnverified: true }],
]

async function tells({ app }: TestClinic, device: Authenticator, lie?: Lie): Promise<number> {
  const visitor = new Visitor(app)
  const passkey = device.use(await passkeyAsked(visitor), lie)
  return (await visitor.post('/sign-in/passkey', { passkey })).status
}

t.test('a passkey that answers anything but what it was asked, here and now, opens nothing', async (t) => {
  const clinic = await testClinic(t)
  const { device } = await withPasskey(clinic, clinic.team.receptionist)
  device.count = 5
  t.equal(await tells(clinic, device), 303)
  device.count = 6
  for (const [what, lie] of FORGED) t.equal(await tells(clinic, device, lie), 422, what)
  for (const count of [0, 4, 5])
    t.equal(await tells(clinic, device, { count }), 422, `a copy that counts ${count}`)
  t.equal(await tells(clinic, new Authenticator(device.origin)), 422, 'one that nobody has made here')
  t.equal(await tells(clinic, device), 303)
})

t.test('nor is one made by such an answer', async (t) => {
  const clinic = await testClinic(t)
  const rosa = await signedIn(clinic, clinic.team.receptionist)
  await pressAndVerify(rosa, `${SECOND_STEP}/passkeys/start`)
  for (const [what, lie] of FORGED) {
    const asked = optionsOn(await rosa.get(`${SECOND_STEP}/passkeys/new`))
    const passkey = new Authenticator(rosa.origin).make(asked, lie)
    t.equal((await rosa.post(`${SECOND_STEP}/passkeys`, { label: '', passkey })).status, 422, what)
  }
  t.same(await clinic.db.selectFrom('passkeys').selectAll().execute(), [])
})

t.test(
  'an answer that was used opens nothing again, also not with the cookie of its challenge',
  async (t) => {
    const clinic = await testClinic(t)
    const { device } = await withPasskey(clinic, clinic.team.receptionist)
    const visitor = new Visitor(clinic.app)
    const passkey = device.use(await passkeyAsked(visitor))
    const cookies = [...visitor.cookies]
    t.equal((await visitor.post('/sign-in/passkey', { passkey })).status, 303)
    const thief = new Visitor(clinic.app)
    for (const [name, value] of cookies) thief.cookies.set(name, value)
    t.equal((await thief.post('/sign-in/passkey', { passkey })).status, 422)
  },
)

t.test(
  'a whole clinic signs in with passkeys from one address; whoever tries others is stopped',
  async (t) => {
    const clinic = await testClinic(t)
    const { device } = await withPasskey(clinic, clinic.team.receptionist)
    const signIns = []
    for (let nth = 0; nth <= IP_TRIES_MAX; nth++) signIns.push(await tells(clinic, device))
    t.same(new Set(signIns), new Set([303]))
    const unknown = new Authenticator(device.origin)
    const tries = []
    for (let nth = 0; nth <= IP_TRIES_MAX; nth++) tries.push(await tells(clinic, unknown))
    t.same(tries, [...Array(IP_TRIES_MAX).fill(422), 429])
  },
)

t.test('of two copies of a passkey that answer at once with one count, one gets in', async (t) => {
  const clinic = await testClinic(t)
  const { device } = await withPasskey(clinic, clinic.team.receptionist)
  device.count = 7
  const answers = await Promise.all([tells(clinic, device), tells(clinic, device)])
  t.same(answers.sort(), [303, 422])
})

t.test('somebody else’s passkey is no second step, and verifies nothing', async (t) => {
  const clinic = await testClinic(t)
  const { team } = clinic
  const { device: thief } = await withPasskey(clinic, team.receptionist)
  const { visitor: olivia } = await withApp(clinic, team.owner)
  const half = await halfSignedIn(clinic, team.owner)
  t.equal((await signInWithPasskey(half, thief)).status, 422)
  const { device } = await withPasskey(clinic, team.administrator)
  const adam = new Visitor(clinic.app)
  await signInWithPasskey(adam, device)
  const path = `/settings/users/${team.scheduler.id}/deactivation`
  const look = await adam.post(path)
  const [signedForm, asked] = [hidden(look, 'signedForm'), optionsOn(look)]
  t.equal((await adam.post(path, { signedForm, passkey: thief.use(asked) })).status, 422)
  const other = await adam.post(`/settings/users/${team.bookkeeper.id}/deactivation`)
  const moved = { signedForm, passkey: device.use(optionsOn(other)) }
  t.equal((await adam.post(path, moved)).status, 422, 'nor does one’s own for another form')
  t.equal((await olivia.post(path, { signedForm, passkey: device.use(asked) })).status, 400)
  t.equal((await adam.post(path, { signedForm, passkey: device.use(asked) })).status, 303)
})

t.test('a passkey of one clinic opens nothing at another one’s host', async (t) => {
  const clinic = await testClinic(t)
  await secondClinic(clinic)
  const { device } = await withPasskey(clinic, clinic.team.receptionist, HARBOUR)
  t.equal((await signInWithPasskey(new Visitor(clinic.app, HARBOUR), device)).status, 303)
  const away = new Visitor(clinic.app, HILLTOP)
  t.equal((await signInWithPasskey(away, device)).status, 422)
  const asked = await passkeyAsked(away)
  const forged = device.use(asked, { origin: HILLTOP })
  t.equal((await away.post('/sign-in/passkey', { passkey: forged })).status, 422)
})
