import { readdir, readFile } from 'node:fs/promises'
import { EVENT_WORDS } from '../../src/events/event-words.ts'
import { recordEvent } from '../../src/events/events.ts'
import { askToAdd, verify } from '../support/add-user.ts'
import { testClinic } from '../support/app.ts'
import { pressAndVerify } from '../support/press.ts'
import t from '../support/tap.ts'
import { Visitor } from '../support/visitor.ts'

t.test('an administrator reads who did what to whom, and what it was before and after', async (t) => {
  const { app, cast } = await testClinic(t)
  const adam = new Visitor(app)
  await adam.signIn(cast.administrator)
  await new Visitor(app).signIn(cast.receptionist, 'wrong')
  await new Visitor(app).signIn({ email: 'nobody@harbour.example' }, 'wrong')
  await verify(adam, await askToAdd(adam))
  await pressAndVerify(adam, `/settings/users/${cast.scheduler.id}/deactivation`)
  const page = await adam.get('/settings/activity')
  t.match(
    page.text,
    /Adam Okafor deactivated Sven Lindqvist .*Adam Okafor sent an invitation to Nora Lindgren Email: nora@harbour.example/,
  )
  t.match(page.text, /Adam Okafor added Nora Lindgren .*Security role: Receptionist/)
  t.match(page.text, 'Somebody was refused at sign-in as Rosa Delgado')
  t.match(page.text, 'Somebody was refused at sign-in as an unknown address')
  t.match(page.text, /Adam Okafor signed in today at \d+:\d\d [ap]m 127\.0\.0\.1/)
  t.match(
    page.html,
    /title="\w+day \d+\s\w+ \d{4} at \d+:\d\d\s[ap]m\sAE[DS]T">today/,
    'and exactly, on demand',
  )
  t.notMatch(page.html, /correct horse|\$2b\$/)
})

t.test('the trail is searched by person, action and day, and paged without losing anything', async (t) => {
  const { app, db, cast } = await testClinic(t)
  const adam = new Visitor(app)
  await adam.signIn(cast.administrator)
  const actor = { clinicId: cast.owner.clinicId, userId: cast.owner.id, ip: null, userAgent: null }
  for (let n = 0; n < 120; n++)
    await recordEvent(db, actor, {
      action: 'user.changed',
      subjectId: cast.scheduler.id,
      after: { title: `T${n}` },
    })
  const seen = new Set<string>()
  let path: string | undefined = `/settings/activity?person=${cast.scheduler.id}&action=user.changed&until=`
  for (let pages = 0; path && pages < 120; pages++) {
    const page = await adam.get(path)
    t.equal(page.status, 200)
    for (const [, title] of page.text.matchAll(/Title: (T\d+)/g)) seen.add(title ?? '')
    path = /href="([^"]+)" rel="next"/.exec(page.html)?.[1]?.replaceAll('&amp;', '&')
  }
  t.equal(seen.size, 120)
  t.match((await adam.get('/settings/activity?until=2020-01-01')).text, 'Nothing was written down that fits.')
  t.notMatch((await adam.get('/settings/activity?action=signed-in')).text, 'changed Sven')
})

t.test('nonsense in the address, other clinics and other roles see nothing', async (t) => {
  const { app, db, cast, passwords } = await testClinic(t)
  const adam = new Visitor(app)
  await adam.signIn(cast.administrator)
  const bad = [
    'person=x',
    'person=999999',
    'action=x',
    'until=2026-02-29',
    'until=0000-01-01',
    'until=x',
    'before=-1',
    'person=1&person=2',
  ]
  for (const query of bad) t.equal((await adam.get(`/settings/activity?${query}`)).status, 404, query)
  const rosa = new Visitor(app)
  await rosa.signIn(cast.receptionist)
  t.equal((await rosa.get('/settings/activity')).status, 403)
  const { castClinic } = await import('../../src/database/cast.ts')
  const others = await castClinic(db, passwords, 'Hilltop Clinic')
  t.equal((await adam.get(`/settings/activity?person=${others.owner.id}`)).status, 404)
  t.notMatch((await adam.get('/settings/activity')).html, `/settings/users/${others.invited.id}"`)
})

t.test('the database itself refuses to change or remove an event', async (t) => {
  const { db } = await testClinic(t)
  await t.rejects(db.updateTable('events').set({ action: 'nothing' }).execute(), /denied|append-only/)
  await t.rejects(db.deleteFrom('events').execute(), /denied|append-only/)
})

t.test('everything that is recorded has words', async (t) => {
  const files = (await readdir('src', { recursive: true })).filter((file) => file.endsWith('.ts'))
  const sources = await Promise.all(files.map((file) => readFile(`src/${file}`, 'utf8')))
  const recorded = sources.flatMap((text) =>
    [...text.matchAll(/action: '([a-z]+[-.][a-z.-]+)'/g)].map((match) => match[1] ?? ''),
  )
  t.ok(recorded.length > 10)
  t.same(
    recorded.filter((action) => !(action in EVENT_WORDS)),
    [],
  )
})
