import { report } from '../support/postmark-reports.ts'
import { signedIn } from '../support/press.ts'
import t from '../support/tap.ts'
import { proxiedClinic } from './proxied-clinic.ts'

const POOL_SIZE = 10

t.test('while every connection is taken, people are told to try again, and nothing is lost', async (t) => {
  const clinic = await proxiedClinic(t, {})
  const { app } = clinic
  const owner = await signedIn(clinic, clinic.team.owner)
  let release = () => {}
  const released = new Promise<void>((resolve) => {
    release = resolve
  })
  t.teardown(() => release())
  let taken = 0
  const holders = new Promise<void>((resolve) => {
    for (let count = 0; count < POOL_SIZE; count++)
      void app.db.connection().execute(async () => {
        taken += 1
        if (taken === POOL_SIZE) resolve()
        await released
      })
  })
  await holders
  const [page, form, webhook, live, ready] = await Promise.all([
    owner.get('/settings/users'),
    owner.post(`/settings/users/${clinic.team.invited.id}/deactivation`),
    report(app, {}, { password: 'wrong' }),
    app.inject('/health/live'),
    app.inject('/health/ready'),
  ])
  for (const visit of [page, form])
    t.match(visit, { status: 503, text: /try again/i, headers: { 'retry-after': '5' } })
  t.equal(webhook.statusCode, 401, 'what needs no database is answered')
  t.equal(live.statusCode, 200)
  t.equal(ready.statusCode, 503)

  release()
  t.equal((await owner.get('/settings/users')).status, 200)
  t.equal((await app.inject('/health/ready')).statusCode, 200)
})
