import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import { PUBLIC_URL, testClinic } from '../../support/app.ts'
import {
  askToStart,
  draftOf,
  goodRows,
  HEAD,
  IMPORTS,
  MULTIPART,
  multipart,
  sendList,
  upTo,
} from '../../support/imports.ts'
import { signedIn } from '../../support/press.ts'
import { HARBOUR, secondClinic } from '../../support/second-clinic.ts'
import t from '../../support/tap.ts'
import { hidden } from '../../support/visitor.ts'

t.test('an administrator finds the way, and a template', async (t) => {
  const clinic = await testClinic(t)
  const adam = await signedIn(clinic, clinic.team.administrator)
  t.match((await adam.get('/settings/users')).html, 'href="/settings/imports">Import users')
  const page = await adam.get(IMPORTS)
  t.match(page.text, /Paste from a spreadsheet/)
  t.notMatch(page.text, /Previous imports/)
  const template = await adam.get(`${IMPORTS}/template.csv`)
  t.match(template.headers['content-disposition'], /import-users.csv/)
  t.match(template.html, '\uFEFF"First name","Last name","Email","Mobile number","Security role"')
})

t.test(
  'nothing is refused that Add user takes, and each problem stands at its field in its words',
  async (t) => {
    const clinic = await testClinic(t)
    const adam = await signedIn(clinic, clinic.team.administrator)
    const path = await draftOf(
      adam,
      [
        `${HEAD}\tMobile number\tProfession\tTime zone\tTitle`,
        'Anna\tSmith\tanna@a.example\tReceptionist\tno\t0491 570 156\t\tAustralia/Perth\tDr',
        '\tJones\tjones@a\tBoss\tmaybe\t12\t\tMars\tDr',
        'www.x.example\t\t\t\tyes',
      ].join('\n'),
    )
    const page = await adam.get(path)
    t.match(page.text, /1 person ready, 2 need attention/)
    t.match(page.html, /id="row3-firstName-error">.*Enter a first name\./)
    t.match(page.html, /id="row3-personEmail-error">.*Enter an email address in the correct format/)
    t.match(page.html, /id="row3-role-error">.*Choose a security role\. The list says “Boss”\./)
    t.match(page.html, /id="row3-isPractitioner-error">.*Select Yes or No\. The list says “maybe”/)
    t.match(page.html, /id="row3-mobileNumber-error">.*Enter a phone number such as/)
    t.match(page.html, /id="row3-timeZone-error">.*Choose a time zone from the list\./)
    t.match(page.html, /id="row4-firstName-error">.*Enter a name without links/)
    t.match(page.html, /id="row4-profession-error">.*Enter a profession/)
    t.match(
      page.html,
      /id="row4-personEmail-error">.*Enter an email address. We’ll send the invitation there\./,
    )
    t.match(page.html, `href="${path}?row=2">Dr Anna Smith`)
    t.equal((await adam.post(`${path}/start`, { version: '1' })).status, 422)
  },
)

t.test('duplicates and people who are here already are marked, also deactivated ones', async (t) => {
  const clinic = await testClinic(t)
  const { team } = clinic
  const adam = await signedIn(clinic, team.administrator)
  const row = (email: string) => `Kim\tLee\t${email}\tReceptionist\tNo`
  const emails = [
    'a@a.example',
    team.receptionist.email.toUpperCase(),
    'A@A.example',
    team.deactivated.email,
    'b@a.example',
  ]
  const path = await draftOf(adam, [HEAD, ...emails.map(row)].join('\n'))
  const page = await adam.get(path)
  t.match(page.text, /2 people ready, 3 need attention/)
  t.match(page.html, /id="row4-personEmail-error">.*Row 2 already has this email address/)
  t.match(
    page.html,
    /Rosa Delgado already has this email address\. <a href="\/settings\/users\/\d+">Open Rosa/,
  )
  t.match(
    page.html,
    /Dora Quinn, who is deactivated, has .*You can reactivate them, or free the address for someone else\. <a href="\/settings\/users\/\d+">/,
  )

  await adam.post(path, { skip: 'here' })
  t.match((await adam.get(path)).text, /2 people ready, 1 needs attention, 2 skipped/)
  await adam.post(path, { skip: 'wrong' })
  t.match((await adam.get(path)).text, /2 people ready, 3 skipped/)
  // Whoever is taken back in is looked at again, and so is whoever comes after them.
  await adam.post(path, { 'row2-firstName': 'Kim', 'row2-skip': 'yes' })
  await adam.post(path, {
    'row4-firstName': 'Kim',
    'row4-lastName': 'Lee',
    'row4-personEmail': 'A@A.example',
    'row4-role': 'scheduler',
    'row4-isPractitioner': 'no',
  })
  t.match((await adam.get(path)).text, /2 people ready, 3 skipped/)
})

t.test('rows are mended on the page, twenty at once, and any ready one can be changed', async (t) => {
  const clinic = await testClinic(t)
  const adam = await signedIn(clinic, clinic.team.administrator)
  const path = await draftOf(
    adam,
    `${goodRows([1, 2])}\n${upTo(25)
      .map((n) => `Bo\tBerg\tbo${n}@a.example\t\tNo`)
      .join('\n')}`,
  )
  const page = await adam.get(path)
  t.match(page.text, /2 people ready, 25 need attention/)
  t.match(page.text, /5 more rows to fix after these/)
  t.notMatch(page.html, 'name="row24-role"')
  const mended = upTo(20).flatMap((n) => [
    [`row${n + 3}-firstName`, 'Bo'],
    [`row${n + 3}-lastName`, 'Berg'],
    [`row${n + 3}-personEmail`, `bo${n}@a.example`],
    [`row${n + 3}-role`, 'scheduler'],
    [`row${n + 3}-isPractitioner`, 'no'],
  ])
  t.equal((await adam.post(path, Object.fromEntries(mended))).location, path)
  t.match((await adam.get(path)).text, /22 people ready, 5 need attention/)
  const opened = await adam.get(`${path}?row=2`)
  t.match(opened.html, 'id="row2-lastName" name="row2-lastName" type="text" value="Number 1"')
  t.notMatch(opened.html, '/start"', 'what is being changed is not started')
  t.equal((await adam.get(`${path}?row=nobody`)).status, 404)
})

t.test(
  'a receptionist may not, a colleague does not see the draft, another clinic finds nothing',
  async (t) => {
    const clinic = await testClinic(t)
    const { team, db, passwords } = clinic
    const adam = await signedIn(clinic, team.administrator, HARBOUR)
    const path = await draftOf(adam, goodRows([1]))
    const rosa = await signedIn(clinic, team.receptionist, HARBOUR)
    t.equal((await sendList(rosa, { pasted: goodRows([2]) })).status, 403)
    for (const url of [IMPORTS, path, `${path}/results.csv`]) t.equal((await rosa.get(url)).status, 403, url)

    const olivia = await signedIn(clinic, team.owner, HARBOUR)
    t.equal((await olivia.get(path)).status, 404)
    for (const verb of ['', '/start', '/stop', '/discard'])
      t.equal(
        (await olivia.post(`${path}${verb}`, verb === '/start' ? { version: '1' } : {})).status,
        404,
        verb,
      )
    t.notMatch((await olivia.get(IMPORTS)).text, /Previous imports/)

    const strangers = await secondClinic({ db, passwords })
    const theirs = { clinicId: strangers.owner.clinicId, createdBy: strangers.administrator.id }
    await db.deleteFrom('imports').execute()
    const list = db.insertInto('imports').values({ ...theirs, ignoredColumns: [], defaults: '{}' })
    const { id } = await list.returning('id').executeTakeFirstOrThrow()
    const stranger = `${IMPORTS}/${id}`
    t.equal((await adam.get(stranger)).status, 404)
    await db.updateTable('imports').set({ startedAt: new Date() }).execute()
    for (const url of [stranger, `${stranger}/results.csv`]) t.equal((await adam.get(url)).status, 404, url)
    t.equal((await adam.post(`${stranger}/stop`)).status, 404)
    t.notMatch((await adam.get(IMPORTS)).text, /Previous imports/)
  },
)

t.test('another site cannot send a list in an administrator’s name', async (t) => {
  const clinic = await testClinic(t)
  const adam = await signedIn(clinic, clinic.team.administrator)
  const foreign: Record<string, string>[] = [
    { origin: 'https://evil.example' },
    { 'sec-fetch-site': 'cross-site' },
    {},
  ]
  for (const headers of foreign) {
    const payload = multipart({ pasted: goodRows([1]) })
    const type = { 'content-type': MULTIPART }
    const visit = await adam.send({ method: 'POST', url: IMPORTS, payload, headers: { ...headers, ...type } })
    t.equal(visit.status, 403)
  }
  t.same(await clinic.db.selectFrom('imports').select('id').execute(), [])
})

t.test('a list that cannot be read comes back with what was pasted, and the reason', async (t) => {
  const clinic = await testClinic(t)
  const adam = await signedIn(clinic, clinic.team.administrator)
  for (const [fields, file, words] of [
    [{ pasted: '' }, '', /Paste a list of people, or choose a file/],
    [{ pasted: goodRows([1]) }, goodRows([1]), /Paste the people or choose a file, not both/],
    [
      { pasted: goodRows(upTo(5_001)) },
      '',
      /This list has more than 1,000 people. Add at most 1,000 at a time/,
    ],
    [{ pasted: 'Anna,"Smith' }, '', /Row 1 has an opening quotation mark/],
    [{ pasted: '' }, 'PK\x03\x04...', /Excel workbook/],
    [{ pasted: '' }, 'x'.repeat(2_100_000), /larger than 2 MB/],
    [{ pasted: 'x'.repeat(2_100_000) }, '', /larger than 2 MB/],
    [{ pasted: '', role: 'owner' }, '', /Choose from the list/],
    [{ pasted: '', whatever: 'x' }, '', /no field called “whatever”/],
  ] as const) {
    const visit = await sendList(adam, fields, file)
    t.equal(visit.status, String(words).includes('larger') ? 413 : 422, String(words))
    t.match(visit.text, words)
    if (fields.pasted.startsWith('Anna')) t.match(visit.html, '>\nAnna,&quot;Smith</textarea>')
  }
})

t.test('a browser’s own form arrives over a real connection, with and without a file', async (t) => {
  const clinic = await testClinic(t)
  const { app, db } = clinic
  const adam = await signedIn(clinic, clinic.team.administrator)
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  const cookie = [...adam.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  const send = async (pasted: string, file: string) => {
    const body = new FormData()
    body.set('pasted', pasted)
    body.set('file', new Blob([file]), file && 'list.csv')
    const form = new Response(body)
    const type = form.headers.get('content-type') ?? ''
    const headers = { cookie, host: new URL(PUBLIC_URL).host, origin: PUBLIC_URL, 'content-type': type }
    const asked = request(`${url}${IMPORTS}`, { method: 'POST', headers }).end(
      Buffer.from(await form.arrayBuffer()),
    )
    const [answer] = (await once(asked, 'response')) as [IncomingMessage]
    return { status: answer.resume().statusCode }
  }
  t.equal((await send(goodRows([1]), '')).status, 303)
  t.equal((await send('', goodRows(upTo(1_000)))).status, 303)
  t.equal((await send('', 'x'.repeat(5_000_000))).status, 413)
  t.equal((await send('', '')).status, 422)
  t.equal((await db.selectFrom('importRows').select('number').execute()).length, 1_001)
})

t.test('broken uploads end in a page, never in a crash', async (t) => {
  const clinic = await testClinic(t)
  const adam = await signedIn(clinic, clinic.team.administrator)
  const whole = multipart({ pasted: 'x' }, goodRows(upTo(20)))
  const bodies: [Buffer, string][] = [
    [whole.subarray(0, 300), MULTIPART],
    [whole.subarray(0, whole.length - 10), MULTIPART],
    [Buffer.from(''), MULTIPART],
    [whole, 'multipart/form-data'],
    [whole, 'multipart/form-data; boundary=another'],
    [Buffer.from('{}'), 'application/json'],
  ]
  for (const [payload, type] of bodies) {
    const headers = { origin: 'http://frontdesk.localhost', 'content-type': type }
    const visit = await adam.send({ method: 'POST', url: IMPORTS, payload, headers })
    t.ok([400, 415, 422].includes(visit.status), `${type} ${payload.length}: ${visit.status}`)
  }
  t.equal((await adam.get(IMPORTS)).status, 200)
})

t.test('NUL, endless cells and foreign letters are shown back with what is wrong', async (t) => {
  const clinic = await testClinic(t)
  const adam = await signedIn(clinic, clinic.team.administrator)
  const path = await draftOf(adam, `${HEAD}\nA\0na\t${'x'.repeat(10_000)}\t😀@a.example\t\0\t\0`)
  const page = await adam.get(path)
  t.match(page.text, /0 people ready, 1 needs attention/)
  t.match(page.html, /id="row2-firstName-error">.*Remove the invisible character after “A” \(U\+0001\)/)
  t.match(page.html, /id="row2-lastName-error">.*Use at most 100 characters/)
  const fields = [
    'title',
    'firstName',
    'lastName',
    'personEmail',
    'mobileNumber',
    'role',
    'isPractitioner',
    'profession',
    'timeZone',
  ]
  for (const value of ['a\0b', 'x'.repeat(10_000), '<script>', '😀'.repeat(400)]) {
    const typed = Object.fromEntries(fields.map((field) => [`row2-${field}`, value]))
    t.equal((await adam.post(path, typed)).status, 303, value.slice(0, 10))
    t.match((await adam.get(path)).text, /0 people ready, 1 needs attention/)
  }
  for (const unknown of [
    'row0-firstName',
    'row2-isOwner',
    'row2-clinicId',
    'firstName',
    'row2-firstName.x',
    'row-firstName',
    'rowx-firstName',
  ])
    t.equal((await adam.post(path, { [unknown]: 'x' })).status, 422, unknown)
  t.equal((await adam.post(path, 'row2-firstName=a&row2-firstName=b')).status, 422)
})

t.test('an old Windows file is read, and the page says so', async (t) => {
  const clinic = await testClinic(t)
  const adam = await signedIn(clinic, clinic.team.administrator)
  const file = Buffer.from(`${HEAD}\nZo\u00eb\tM\u00fcller\tzoe@a.example\tScheduler\tNo`, 'latin1')
  const path = (await sendList(adam, { pasted: '' }, file)).location ?? ''
  const page = await adam.get(path)
  t.match(page.text, /Zoë Müller/)
  t.match(page.text, /This file isn’t UTF-8/)
})

t.test(
  'what was pasted survives the end of the session where it is short, and is missed aloud where not',
  async (t) => {
    const clinic = await testClinic(t)
    const adam = await signedIn(clinic, clinic.team.administrator)
    for (const [pasted, isKept] of [
      [goodRows([1]), true],
      [`A\0\t${goodRows([1])}`, true],
      [goodRows(upTo(1_000)), false],
    ] as const) {
      adam.cookies.clear()
      const signIn = await sendList(adam, { pasted })
      t.equal(signIn.status, 401)
      if (!isKept) {
        t.match(signIn.text, /too long to keep/)
        continue
      }
      const back = await adam.post('/sign-in', {
        ...{ email: clinic.team.administrator.email, password: 'correct horse battery' },
        interrupted: hidden(signIn, 'interrupted'),
      })
      const page = await adam.follow(back)
      const form = await adam.post(IMPORTS, { signedForm: hidden(page, 'signedForm'), change: 'yes' })
      t.match(form.html, 'kim1@many.example')
    }
  },
)

t.test('drafts are forgotten after a day, the sixth at once, and when they are discarded', async (t) => {
  const clinic = await testClinic(t)
  const { db } = clinic
  const adam = await signedIn(clinic, clinic.team.administrator)
  const paths = []
  for (const n of upTo(6)) paths.push(await draftOf(adam, goodRows([n])))
  t.equal((await adam.get(paths[0] ?? '')).status, 404)
  t.equal((await adam.get(paths[1] ?? '')).status, 200)
  t.match((await adam.get(IMPORTS)).text, /Draft: 1 person/)
  await adam.post(`${paths[2]}/discard`, {})
  t.equal((await adam.get(paths[2] ?? '')).status, 404)
  const { deleteExpiredImports } = await import('../../../src/settings/imports/imports.ts')
  const dayAgo = new Date(Date.now() - 25 * 3_600_000)
  await db
    .updateTable('imports')
    .set({ createdAt: dayAgo } as object)
    .where('id', '=', paths[1]?.split('/').pop() ?? '')
    .execute()
  t.equal((await adam.get(paths[1] ?? '')).status, 404)
  await deleteExpiredImports(db)
  t.equal((await db.selectFrom('imports').select('id').execute()).length, 3)
  t.equal((await db.selectFrom('importRows').select('importId').execute()).length, 3)
  t.equal((await askToStart(adam, paths[5] ?? '')).status, 200)
})
