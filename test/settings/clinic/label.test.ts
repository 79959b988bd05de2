import { sql } from 'kysely'
import { demoClinic } from '../../../src/demo/team.ts'
import { sweep } from '../../../src/sweep.ts'
import { BARE_HOST, manyClinics, newestEmail, originOf, setUpClinic } from '../../support/bare-host.ts'
import { pressAndVerify, signedIn } from '../../support/press.ts'
import t from '../../support/tap.ts'
import { Visitor } from '../../support/visitor.ts'

const LABEL = '/settings/clinic/address'

t.test(
  'an owner changes the web address; the old one leads there, and nobody else can have it',
  async (t) => {
    const parts = await manyClinics(t)
    const { app, db } = parts
    const { owner, administrator, receptionist } = await demoClinic(db, parts.passwords)
    const [before, after] = [originOf('harbour-street-clinic'), originOf('harbour')]
    const olivia = await signedIn(parts, owner, before)
    const adam = await signedIn(parts, administrator, before)
    t.match((await olivia.get('/settings/clinic')).text, before)
    t.equal((await adam.get(LABEL)).status, 403)
    t.match(await olivia.post(LABEL, { label: 'admin' }), { status: 422, text: 'This web address is taken.' })
    const done = await pressAndVerify(olivia, LABEL, { label: 'Harbour' })
    t.match(done, { status: 200, text: `${after}/sign-in` })
    t.match(await adam.get('/settings/users?role=receptionist'), {
      status: 302,
      location: `${after}/settings/users?role=receptionist`,
    })
    t.equal(
      (await adam.post('/settings/users', { firstName: 'x' })).status,
      404,
      'nothing typed goes to another host',
    )
    const there = new Visitor(app, after)
    for (const [name, value] of olivia.cookies) there.cookies.set(name, value)
    t.match(
      await there.get('/settings/users'),
      { status: 303, location: /sign-in/ },
      'everyone signs in again',
    )
    t.equal((await there.signIn(owner)).status, 303)
    await there.post('/sign-out')
    await there.post('/forgot-password', { email: receptionist.email })
    t.match(await newestEmail(parts, receptionist.email), `${after}/reset-password/`)

    const taken = await setUpClinic(parts, 'otto@other.example', { label: 'harbour-street-clinic' })
    t.match(taken.answer, { status: 422, text: 'This web address is taken.' })
    const back = await signedIn(parts, owner, after)
    t.equal(
      (await pressAndVerify(back, LABEL, { label: 'harbour-street-clinic' })).status,
      200,
      'but it can go back',
    )
    t.match(await there.get('/sign-in'), { status: 302, location: `${before}/sign-in` })
  },
)

t.test('a year later the old address is free', async (t) => {
  const parts = await manyClinics(t)
  const { app, db } = parts
  const { owner } = await demoClinic(db, parts.passwords)
  const olivia = await signedIn(parts, owner, originOf('harbour-street-clinic'))
  await pressAndVerify(olivia, LABEL, { label: 'harbour' })
  const age = (days: number) =>
    db
      .updateTable('labels')
      .set({ replacedAt: sql<Date>`now() - make_interval(days => ${days})` })
      .where('replacedAt', 'is not', null)
      .execute()
  await age(364)
  await sweep(db)
  t.equal((await new Visitor(app, originOf('harbour-street-clinic')).get('/sign-in')).status, 302)
  await age(366)
  await sweep(db)
  t.equal((await new Visitor(app, originOf('harbour-street-clinic')).get('/sign-in')).status, 404)
  t.equal((await new Visitor(app, originOf('harbour')).get('/sign-in')).status, 200, 'the current one stays')
  const { answer } = await setUpClinic(parts, 'otto@other.example', { label: 'harbour-street-clinic' })
  t.equal(answer.status, 303)
})

t.test('where there is one clinic, it has no web address of its own to change', async (t) => {
  const parts = await manyClinics(t, {})
  const { owner } = await demoClinic(parts.db, parts.passwords)
  const olivia = await signedIn(parts, owner, BARE_HOST)
  t.equal((await olivia.get('/settings/clinic')).status, 200)
  t.notMatch((await olivia.get('/settings/clinic')).html, LABEL)
  t.equal((await olivia.get(LABEL)).status, 404)
  t.notMatch((await olivia.get('/my-details')).text, 'Your clinics')
})
