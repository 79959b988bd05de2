import { recordEvent } from '../../../src/events/events.ts'
import { testClinic } from '../../support/app.ts'
import { cellsOf } from '../../support/csv.ts'
import { pressAndVerify, signedIn } from '../../support/press.ts'
import { HARBOUR, secondClinic } from '../../support/second-clinic.ts'
import t from '../../support/tap.ts'

const EXPORT = '/settings/activity/export'

t.test('an administrator exports the activity that is shown, and that is recorded', async (t) => {
  const clinic = await testClinic(t)
  const { db, team } = clinic
  const adam = await signedIn(clinic, team.administrator)
  await pressAndVerify(adam, `/settings/users/${team.scheduler.id}/deactivation`)
  const file = await pressAndVerify(adam, EXPORT)
  t.match(file.headers, {
    'content-type': 'text/csv; charset=utf-8',
    'content-disposition': 'attachment; filename="activity.csv"',
    'cache-control': /no-store/,
  })
  const [heads, ...rows] = cellsOf(t, file.html)
  t.same(heads, ['When (UTC)', 'Who', 'What', 'Changes', 'From', 'Code'])
  t.match(rows[0]?.[0], /^\d{4}-\d\d-\d\d \d\d:\d\d$/)
  t.same(
    rows.map(([, ...cells]) => cells).slice(0, 3),
    [
      ['Adam Okafor', 'exported the activity', '', '127.0.0.1', 'activity.exported'],
      ['Adam Okafor', 'deactivated Sven Lindqvist', '', '127.0.0.1', 'user.deactivated'],
      ['Adam Okafor', 'signed in', '', '127.0.0.1', 'signed-in'],
    ],
    'newest first',
  )
  const exports = db.selectFrom('events').select('id').where('clinicId', '=', team.owner.clinicId)
  t.equal((await exports.where('action', '=', 'activity.exported').execute()).length, 1)
})

t.test('the file holds what the filter shows, and says so first', async (t) => {
  const clinic = await testClinic(t)
  const { team } = clinic
  await signedIn(clinic, team.receptionist)
  const adam = await signedIn(clinic, team.administrator)
  const page = await adam.get(`/settings/activity?person=${team.receptionist.id}&action=signed-in&until=`)
  const link = /action="([^"]+export[^"]*)"/.exec(page.html)?.[1]?.replaceAll('&amp;', '&') ?? ''
  t.equal(link, `${EXPORT}?person=${team.receptionist.id}&action=signed-in`)
  t.match((await adam.post(`${link}&until=2099-01-01`)).text, 'Rosa Delgado, signed in, until 2099-01-01')
  const [, ...rows] = cellsOf(t, (await pressAndVerify(adam, link)).html)
  t.same(
    rows.map(([, who, what]) => [who, what]),
    [['Rosa Delgado', 'signed in']],
  )
})

t.test('more events than one chunk holds are all exported once, and no cell is a formula', async (t) => {
  const clinic = await testClinic(t)
  const { db, team } = clinic
  const { clinicId, id: userId } = team.owner
  const actor = { clinicId, userId, ip: null, userAgent: null }
  const event = { action: 'access.refused', subjectId: null }
  for (let nth = 0; nth < 1_001; nth++)
    await recordEvent(db, actor, { ...event, after: { asked: nth === 0 ? '=1+1' : `page ${nth}` } })
  const adam = await signedIn(clinic, team.administrator)
  const file = await pressAndVerify(adam, `${EXPORT}?action=access.refused`)
  const [, ...rows] = cellsOf(t, file.html)
  t.equal(new Set(rows.map(([, , , changes]) => changes)).size, 1_001)
  t.same(
    rows.flat().filter((cell) => /^[=+@-]/.test(cell)),
    [],
  )
})

t.test('another clinic’s activity is in no file, and its people are unknown', async (t) => {
  const clinic = await testClinic(t)
  const { team } = clinic
  const others = await secondClinic(clinic)
  const adam = await signedIn(clinic, team.administrator, HARBOUR)
  const file = await pressAndVerify(adam, EXPORT)
  t.notMatch(file.html, 'hilltop')
  t.equal((await adam.post(`${EXPORT}?person=${others.owner.id}`)).status, 404)
})

t.test('nobody else gets the file, and nobody by a link', async (t) => {
  const clinic = await testClinic(t)
  const { team } = clinic
  const paula = await signedIn(clinic, team.powerReceptionist)
  t.equal((await paula.post(EXPORT)).status, 403)
  const adam = await signedIn(clinic, team.administrator)
  t.equal((await adam.get(EXPORT)).status, 404)
  const wrong = await adam.post(EXPORT, {}, { origin: 'https://evil.example' })
  t.equal(wrong.status, 403)
})
