import { readdir, readFile } from 'node:fs/promises'
import { recordEvent } from '../../../src/events/events.ts'
import { EVENT_ACTIONS } from '../../../src/settings/activity/event-words.ts'
import { USERS_OFFERED_MAX } from '../../../src/settings/activity/users.ts'
import { askToAdd, verify } from '../../support/add-user.ts'
import { testClinic } from '../../support/app.ts'
import { pressAndVerify } from '../../support/press.ts'
import { HARBOUR, secondClinic } from '../../support/second-clinic.ts'
import t from '../../support/tap.ts'
import { Visitor } from '../../support/visitor.ts'

t.test('an administrator reads who did what to whom, and what it was before and after', async (t) => {
  const { app, team } = await testClinic(t)
  const adam = new Visitor(app)
  await adam.signIn(team.administrator)
  await new Visitor(app).signIn(team.receptionist, 'wrong')
  await new Visitor(app).signIn({ email: 'nobody@harbour.example' }, 'wrong')
  await verify(adam, await askToAdd(adam))
  await pressAndVerify(adam, `/settings/users/${team.scheduler.id}/deactivation`)
  const page = await adam.get('/settings/activity')
  t.match(
    page.text,
    /Adam Okafor deactivated Sven Lindqvist .*Adam Okafor sent an invitation to Nora Lindgren Email: nora@harbour.example/,
  )
  t.match(page.text, /Adam Okafor added Nora Lindgren .*Security role: Receptionist/)
  t.match(page.text, 'Someone failed to sign in as Rosa Delgado')
  t.match(page.text, 'Someone failed to sign in as an unknown address')
  t.match(page.text, /Adam Okafor signed in today at \d+:\d\d [ap]m 127\.0\.0\.1/)
  t.match(
    page.html,
    /title="\w+day \d+\s\w+ \d{4} at \d+:\d\d\s[ap]m\sAE[DS]T">today/,
    'and exactly, on demand',
  )
  t.notMatch(page.html, /correct horse|\$2b\$/)
})

t.test('the trail is searched by person, action and day, and paged without losing anything', async (t) => {
  const { app, db, team } = await testClinic(t)
  const adam = new Visitor(app)
  await adam.signIn(team.administrator)
  const actor = { clinicId: team.owner.clinicId, userId: team.owner.id, ip: null, userAgent: null }
  for (let n = 0; n < 120; n++)
    await recordEvent(db, actor, {
      action: 'user.changed',
      subjectId: team.scheduler.id,
      after: { title: `T${n}` },
    })
  const seen = new Set<string>()
  let path: string | undefined = `/settings/activity?person=${team.scheduler.id}&action=user.changed&until=`
  for (let pages = 0; path && pages < 120; pages++) {
    const page = await adam.get(path)
    t.equal(page.status, 200)
    for (const [, title] of page.text.matchAll(/Title: (T\d+)/g)) seen.add(title ?? '')
    path = /href="([^"]+)" rel="next"/.exec(page.html)?.[1]?.replaceAll('&amp;', '&')
  }
  t.equal(seen.size, 120)
  t.match((await adam.get('/settings/activity?until=2020-01-01')).text, 'No matching activity.')
  t.notMatch((await adam.get('/settings/activity?action=signed-in')).text, 'changed Sven')
})

t.test('what was left empty is not listed for someone added', async (t) => {
  const { app, team } = await testClinic(t)
  const adam = new Visitor(app)
  await adam.signIn(team.administrator)
  await verify(adam, await askToAdd(adam))
  const { text } = await adam.get('/settings/activity?action=user.added')
  t.match(text, /Adam Okafor added Nora Lindgren Title: Ms First name: Nora/)
  t.match(text, 'Practitioner: No', 'an answer is something given')
  t.notMatch(text, /: none/)
})

t.test('the trail is filtered by a person chosen from everybody of the clinic', async (t) => {
  const { app, db, team, passwords } = await testClinic(t)
  const adam = new Visitor(app, HARBOUR)
  await adam.signIn(team.administrator)
  const others = await secondClinic({ db, passwords })
  const all = usersOf((await adam.get('/settings/activity')).html)
  t.equal(all[0]?.[1], 'Everyone')
  t.ok(all.some(([id]) => id === team.deactivated.id))
  t.notOk(all.some(([id]) => id === others.owner.id))
  const { html, text } = await adam.get(`/settings/activity?person=${team.administrator.id}`)
  t.match(html, `<option value="${team.administrator.id}" selected>`)
  t.match(text, 'Adam Okafor signed in')
  t.notMatch((await adam.get(`/settings/activity?person=${team.owner.id}`)).text, 'Adam Okafor signed in')
})

t.test('two people of one name are told apart by their addresses', async (t) => {
  const { app, db, team } = await testClinic(t)
  const { firstName, lastName, sortName } = team.scheduler
  await db
    .updateTable('users')
    .set({ firstName, lastName, sortName })
    .where('id', '=', team.receptionist.id)
    .execute()
  const adam = new Visitor(app)
  await adam.signIn(team.administrator)
  const names = new Map(usersOf((await adam.get('/settings/activity')).html))
  t.equal(names.get(team.scheduler.id), `Sven Lindqvist (${team.scheduler.email})`)
  t.equal(names.get(team.receptionist.id), `Sven Lindqvist (${team.receptionist.email})`)
  t.equal(names.get(team.administrator.id), 'Adam Okafor')
})

t.test('where a list would be too long, people are chosen on their own pages', async (t) => {
  const { app, db, team } = await testClinic(t)
  const { clinicId } = team.owner
  const many = Array.from({ length: USERS_OFFERED_MAX }, (_, n) => ({
    ...{ clinicId, firstName: 'P', lastName: `${n}`, sortName: `${n}`, email: `p${n}@harbour.example` },
    ...{ role: 'scheduler' as const, isPractitioner: false, timeZone: 'Australia/Sydney' },
  }))
  await db.insertInto('users').values(many).execute()
  const adam = new Visitor(app)
  await adam.signIn(team.administrator)
  const everybody = await adam.get('/settings/activity')
  t.same(usersOf(everybody.html), [['', 'Everyone']])
  t.match(everybody.text, 'To choose someone, open their page')
  const one = usersOf((await adam.get(`/settings/activity?person=${team.scheduler.id}`)).html)
  t.same(one, [
    ['', 'Everyone'],
    [team.scheduler.id, 'Sven Lindqvist'],
  ])
})

t.test('nonsense in the address, other clinics and other roles see nothing', async (t) => {
  const { app, db, team, passwords } = await testClinic(t)
  const adam = new Visitor(app, HARBOUR)
  await adam.signIn(team.administrator)
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
  const rosa = new Visitor(app, HARBOUR)
  await rosa.signIn(team.receptionist)
  t.equal((await rosa.get('/settings/activity')).status, 403)
  const others = await secondClinic({ db, passwords })
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
    recorded.filter((action) => !(EVENT_ACTIONS as string[]).includes(action)),
    [],
  )
})

/** The choices of the filter Person. */
function usersOf(html: string): [id: string, words: string][] {
  const select = /<select id="person".*?<\/select>/s.exec(html)?.[0] ?? ''
  const options = select.matchAll(/<option value="(\d*)"[^>]*>([^<]*)/g)
  return [...options].map(([, id = '', words = '']) => [id, words])
}
