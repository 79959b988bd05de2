import { type ClientRequest, type IncomingMessage, request } from 'node:http'
import { Readable } from 'node:stream'
import { DEMO_PASSWORD } from '../../src/demo/team.ts'
import { PUBLIC_URL, testClinic } from '../support/app.ts'
import { goodRows, IMPORTS, MULTIPART, multipart, sendList } from '../support/imports.ts'
import { signedIn } from '../support/press.ts'
import t from '../support/tap.ts'
import { until } from '../support/until.ts'
import { hidden, Visitor } from '../support/visitor.ts'

const MEGABYTE = 1024 * 1024
const HEADERS = { origin: PUBLIC_URL, 'content-type': MULTIPART }

/** A body that goes on for as long as somebody takes it, up to a hundred megabytes, and counts what was taken. */
function endless(start: Buffer | string): { body: Readable; taken: () => number } {
  const begin = Buffer.from(start)
  let taken = 0
  const body = new Readable({
    read(size) {
      const chunk = taken < begin.length ? begin.subarray(taken, taken + size) : Buffer.alloc(size, 'x')
      taken += chunk.length
      // As from a network: not all within one turn.
      setImmediate(() => this.push(taken > 100 * MEGABYTE ? null : chunk))
    },
  })
  return { body, taken: () => taken }
}

/** Everything up to the content of the file. */
function openFile(fields: Record<string, string>): Buffer {
  const whole = multipart(fields, 'content')
  return whole.subarray(0, whole.indexOf('content'))
}

t.test('of an endless upload a stranger is answered early, and what is too much is not taken', async (t) => {
  const { app } = await testClinic(t)
  const large = 'x'.repeat(2 * MEGABYTE)
  const fields = Object.fromEntries(Array.from({ length: 10 }, (_, n) => [`field${n}`, large]))
  for (const [what, start] of [
    ['a file', openFile({ pasted: 'Anna' })],
    ['ten large fields and a file', openFile(fields)],
    ['one field', openFile({ pasted: 'Anna' }).toString().replace('; filename="list.csv"', '')],
    ['no form', 'x'],
  ] as const) {
    const { body, taken } = endless(start)
    const visit = await new Visitor(app).send({
      method: 'POST',
      url: IMPORTS,
      payload: body,
      headers: HEADERS,
    })
    t.ok([400, 401].includes(visit.status), `${what}: ${visit.status}`)
    t.ok(taken() <= 2.5 * MEGABYTE, `${what}: ${taken()} bytes taken`)
  }
})

t.test('a form that is too long to be kept through sign-in is not read at all', async (t) => {
  const { app } = await testClinic(t)
  for (const url of [`${IMPORTS}/1`, '/settings/users']) {
    for (const length of [{ 'content-length': `${400 * 1024}` }, { 'transfer-encoding': 'chunked' }]) {
      const { body, taken } = endless('row1-firstName=')
      const headers = { ...HEADERS, 'content-type': 'application/x-www-form-urlencoded', ...length }
      const visit = await new Visitor(app).send({ method: 'POST', url, payload: body, headers })
      t.equal(visit.status, 401)
      t.match(visit.text, 'too long to keep')
      t.ok(taken() < MEGABYTE / 2, `${taken()} bytes taken`)
    }
  }
})

t.test('an administrator whose session ran out is told that the file must be chosen again', async (t) => {
  const clinic = await testClinic(t)
  const { team, db } = clinic
  const adam = await signedIn(clinic, team.administrator)
  await db
    .updateTable('sessions')
    .set({ endedAt: new Date(0) })
    .execute()
  const asked = await sendList(
    adam,
    { pasted: '', role: 'receptionist', isPractitioner: 'no' },
    goodRows([1]),
  )
  t.equal(asked.status, 401)
  t.match(asked.text, 'restore what you typed, but not the file')
  const signIn = { email: team.administrator.email, password: DEMO_PASSWORD }
  const back = await adam.follow(
    await adam.post('/sign-in', { ...signIn, interrupted: hidden(asked, 'interrupted') }),
  )
  const form = await adam.post(IMPORTS, { signedForm: hidden(back, 'signedForm'), change: 'yes' })
  t.equal(form.status, 200)
  t.match(form.html, /id="file-error">.*Choose the file again/)
  t.match(form.html, /<option value="receptionist" selected/)
  const sent = await sendList(adam, { pasted: '', role: 'receptionist', isPractitioner: 'no' }, goodRows([1]))
  t.equal(sent.status, 303, 'and then it is read')
})

t.test('without a file nothing is said of one', async (t) => {
  const { app } = await testClinic(t)
  const asked = await sendList(new Visitor(app), { pasted: goodRows([1]) })
  t.match(asked.text, 'restore what you typed')
  t.notMatch(asked.text, 'file')
})

t.test('a receptionist’s upload is refused before any of it is taken', async (t) => {
  const clinic = await testClinic(t)
  const rosa = await signedIn(clinic, clinic.team.receptionist)
  const { body, taken } = endless(openFile({ pasted: '' }))
  const visit = await rosa.send({ method: 'POST', url: IMPORTS, payload: body, headers: HEADERS })
  t.equal(visit.status, 403)
  t.ok(taken() < MEGABYTE / 2, `${taken()} bytes taken`)
})

t.test('a form with a file is refused as a whole when it is too large, on the form itself', async (t) => {
  const clinic = await testClinic(t)
  const adam = await signedIn(clinic, clinic.team.administrator)
  for (const start of [openFile({ pasted: '' }), openFile({ pasted: 'x'.repeat(1.5 * MEGABYTE) })]) {
    const { body, taken } = endless(start)
    const visit = await adam.send({ method: 'POST', url: IMPORTS, payload: body, headers: HEADERS })
    t.equal(visit.status, 413)
    t.match(visit.text, 'This list is larger than 2 MB.')
    t.ok(taken() < 2.5 * MEGABYTE, `${taken()} bytes taken`)
  }
})

t.test('only so many uploads are read at once, and one that is broken off makes room', async (t) => {
  const clinic = await testClinic(t)
  const { app, team } = clinic
  const adam = await signedIn(clinic, team.administrator)
  const cookie = [...adam.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  const begun: ClientRequest[] = []
  for (let count = 0; count < 6; count++) {
    const headers = { ...HEADERS, cookie, host: 'frontdesk.localhost' }
    const upload = request(`${url}${IMPORTS}`, { method: 'POST', headers }).on('error', () => {})
    const arrived = new Promise<IncomingMessage>((resolve) => app.server.once('request', resolve))
    upload.write(openFile({ pasted: '' }))
    const taken = await arrived
    await until('it is read', () => taken.listenerCount('data') > 0)
    begun.push(upload)
  }
  const refused = await sendList(adam, { pasted: goodRows([1]) })
  t.equal(refused.status, 503)
  t.match(refused.headers, { 'retry-after': '5' })
  t.match(refused.text, 'Try again in a few seconds')
  t.equal((await adam.get('/settings/users')).status, 200, 'everything else is answered')

  for (const upload of begun) {
    const gone = new Promise((resolve) => upload.once('close', resolve))
    upload.destroy()
    await gone
  }
  const read = await until('there is room', async () => {
    const visit = await sendList(adam, { pasted: goodRows([1]) })
    return visit.status === 503 ? null : visit
  })
  t.equal(read.status, 303)
})
