import { setTimeout as delay } from 'node:timers/promises'
import type { Verdict } from '../support/database-proxy.ts'
import { pressAndVerify, signedIn } from '../support/press.ts'
import t from '../support/tap.ts'
import { proxiedClinic } from './proxied-clinic.ts'

const PERSON = {
  firstName: 'Nora',
  lastName: 'Lindgren',
  role: 'receptionist',
  isPractitioner: 'no',
  timeZone: 'Australia/Melbourne',
}

t.test('with a slow PostgreSQL people wait, and get what they asked for', async (t) => {
  const clinic = await proxiedClinic(t, {
    async answered() {
      await delay(30)
      return 'pass on'
    },
  })
  const owner = await signedIn(clinic, clinic.team.owner)
  t.equal((await owner.get('/settings/users')).status, 200)
  const added = await pressAndVerify(owner, '/settings/users', {
    ...PERSON,
    personEmail: 'nora@slow.example',
  })
  t.equal(added.status, 303)
  t.match(
    await clinic.db.selectFrom('users').select('email').where('email', '=', 'nora@slow.example').execute(),
    [{}],
  )
})

t.test('connections that hang are given up: the page says so, and the next ones are new', async (t) => {
  let hangs = false
  const hung: (() => void)[] = []
  const clinic = await proxiedClinic(t, {
    async asked(): Promise<Verdict> {
      if (hangs) await new Promise<void>((resolve) => hung.push(resolve))
      return 'pass on'
    },
  })
  t.teardown(() => {
    for (const letGo of hung) letGo()
  })
  const owner = await signedIn(clinic, clinic.team.owner)
  await Promise.all([1, 2, 3].map(() => owner.get('/settings/users')))
  hangs = true
  const visits = await Promise.all([1, 2, 3, 4].map(() => owner.get('/settings/users')))
  for (const visit of visits)
    t.match(visit, { status: 503, text: /try again/i, headers: { 'retry-after': '5' } })
  hangs = false
  for (const nth of [1, 2, 3, 4, 5, 6])
    t.match(await owner.get('/settings/users'), { status: 200 }, `visit ${nth}`)
})
