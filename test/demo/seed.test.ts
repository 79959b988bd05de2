import { seedDemo } from '../../src/demo/seed.ts'
import { testApp } from '../support/app.ts'
import t from '../support/tap.ts'
import { Visitor } from '../support/visitor.ts'

t.test('whoever tries the demo meets a locum whose last day is near', async (t) => {
  const { app, db, passwords } = await testApp(t)
  await seedDemo(db, passwords)
  const olivia = new Visitor(app)
  await olivia.signIn({ email: 'olivia@harbour-street-clinic.example' })
  const page = await olivia.get('/settings/users?status=leaving-soon')
  t.match(page.text, 'Amelia Müller')
  const locums = db
    .selectFrom('users')
    .select(['isPractitioner', 'joinedAt'])
    .where('accessUntil', 'is not', null)
  t.match(await locums.execute(), [{ isPractitioner: true, joinedAt: Date }])
})
