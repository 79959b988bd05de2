import { DEMO_PASSWORD } from '../../src/demo/team.ts'
import { testClinic } from '../support/app.ts'
import { signedIn } from '../support/press.ts'
import t from '../support/tap.ts'
import { type Fields, hidden } from '../support/visitor.ts'

const FORMS: [path: string, fields: Fields][] = [
  [
    '/my-details',
    {
      title: 'D\0',
      firstName: 'Adam',
      lastName: 'Typed',
      timeZone: 'Australia/Perth',
      version: 'x'.repeat(43),
    },
  ],
  [
    '/settings/clinic',
    { clinicName: 'Typed', country: 'AU', timeZone: 'Australia/Perth', idleMinutes: '30' },
  ],
]

// NUL among it: PostgreSQL keeps none, and nobody should be kept from signing in by what they typed.
t.test('what was typed when the session ran out is there again after signing in', async (t) => {
  const clinic = await testClinic(t)
  const { db, team } = clinic
  for (const [path, fields] of FORMS) {
    const adam = await signedIn(clinic, team.administrator)
    await db
      .updateTable('sessions')
      .set({ endedAt: new Date(0) })
      .execute()
    const interrupted = hidden(await adam.post(path, fields), 'interrupted')
    const { email } = team.administrator
    const back = await adam.follow(
      await adam.post('/sign-in', { email, password: DEMO_PASSWORD, interrupted }),
    )
    const form = await adam.post(path, { signedForm: hidden(back, 'signedForm'), change: 'yes' })
    // What was wrong with it is said at once.
    t.equal(form.status, path === '/my-details' ? 422 : 200, path)
    t.match(form.html, 'value="Typed"', path)
  }
})
