import { testClinic } from '../support/app.ts'
import { signedIn } from '../support/press.ts'
import { sessionIdOf } from '../support/sessions.ts'
import t from '../support/tap.ts'

const EMPTIED = { 'clear-site-data': '"cache", "storage"' }

t.test('a browser in which somebody signs out is told to forget what it kept of them', async (t) => {
  const clinic = await testClinic(t)
  const { db, team } = clinic
  const rosa = await signedIn(clinic, team.receptionist)
  t.match((await rosa.post('/sign-out')).headers, EMPTIED)

  const again = await signedIn(clinic, team.receptionist)
  const path = `/my-details/sessions/${await sessionIdOf(db, team.receptionist)}/sign-out`
  t.match(await again.post(path), { location: '/sign-in', headers: EMPTIED })
})
