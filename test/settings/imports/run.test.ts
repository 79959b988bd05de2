import { sql } from 'kysely'
import { lockAdministrators } from '../../../src/roles/acting-user.ts'
import { addNext } from '../../../src/settings/imports/add-next.ts'
import { type TestClinic, testClinic } from '../../support/app.ts'
import { ownerOf } from '../../support/database.ts'
import {
  addEverybody,
  askToStart,
  countAdded,
  draftOf,
  goodRows,
  HEAD,
  IMPORTS,
  silent,
  started,
  upTo,
  verifyStart,
} from '../../support/imports.ts'
import { signedIn } from '../../support/press.ts'
import t from '../../support/tap.ts'
import { hidden } from '../../support/visitor.ts'

const each = (count: number) => ({ people: count, invitations: count, emails: count, events: count })

function work({ db }: TestClinic): Promise<void> {
  return addEverybody({ db, log: silent })
}

t.test('an administrator imports users with one password, and each has a result', async (t) => {
  const clinic = await testClinic(t)
  const { db, team } = clinic
  const adam = await signedIn(clinic, team.administrator)
  const path = await draftOf(
    adam,
    [
      `${HEAD}\tProfession\tMobile number`,
      'Kim\tOne\tkim1@a.example\tAdministrator\tNo',
      'Kim\tTwo\tkim2@a.example\tPractitioner\tYes\tOsteopath\t0491 570 156',
    ].join('\n'),
  )
  const lastLook = await askToStart(adam, path)
  t.match(lastLook.text, /Add 2 people to Harbour Street Clinic/)
  t.match(lastLook.text, 'Billed 1 practitioner Free 1 other staff member')
  t.match(lastLook.text, /Administrator 1: Kim One Practitioner 1: Kim Two/)
  const wrong = await adam.post(`${path}/start`, {
    signedForm: hidden(lastLook, 'signedForm'),
    currentPassword: 'no',
  })
  t.equal(wrong.status, 422)
  t.same(await countAdded(db), each(0))
  t.equal((await verifyStart(adam, wrong, path)).location, path)

  const page = await adam.get(path)
  t.match(page.text, /Adding 2 people 0 of 2 people done/)
  t.match(page.html, '<progress id="progress" max="2" value="0">')
  t.equal(page.headers.refresh, '2')
  t.equal((await adam.get(`${path}?still=yes`)).headers.refresh, undefined)
  t.same(await countAdded(db), each(0), 'the request itself adds nobody')

  t.equal(await addNext({ db, log: silent }), 'worked')
  t.match((await adam.get(path)).text, /1 of 2 people done/)
  t.match((await adam.get(IMPORTS)).text, /In progress: 1 of 2/)
  await work(clinic)
  const done = await adam.get(path)
  t.match(done.text, /2 people added and invited/)
  t.equal(done.headers.refresh, undefined)
  t.same(await countAdded(db), each(2))
  const two = await db
    .selectFrom('users')
    .selectAll()
    .where('email', '=', 'kim2@a.example')
    .executeTakeFirst()
  t.match(two, { profession: 'Osteopath', isPractitioner: true, timeZone: 'Australia/Melbourne' })
  t.match((await adam.get(`/settings/users/${two?.id}`)).text, /Mobile number 0491 570 156/)
  t.match((await adam.get('/settings/activity')).text, /started an import People: 2/)
  t.match(
    (await (await signedIn(clinic, team.owner)).get(path)).text,
    /2 people added/,
    'colleagues see it, too',
  )
})

t.test('the results are a file that holds no formula, and that can be sent again', async (t) => {
  const clinic = await testClinic(t)
  const { db, team } = clinic
  const adam = await signedIn(clinic, team.administrator)
  const path = await draftOf(
    adam,
    `${HEAD}\tTitle\n=1+1\t+Two\tkim1@a.example\tScheduler\tNo\t@x\n${goodRows([2]).split('\n')[1]}`,
  )
  t.equal((await adam.get(`${path}/results.csv`)).status, 404, 'a draft has none')
  await verifyStart(adam, await askToStart(adam, path), path)
  await work(clinic)
  const csv = await adam.get(`${path}/results.csv`)
  t.match(csv.headers['content-disposition'], /import-results.csv/)
  const [head, first, second] = csv.html.split('\r\n')
  t.match(head, '"Row","Result","Why","First name"')
  t.match(first, `"2","Added","","'=1+1","'+Two","kim1@a.example","","Scheduler","No","'@x",""`)
  t.match(second, '"3","Added"')
  const again = await adam.get(await draftOf(adam, csv.html))
  t.match(again.text, /0 people ready, 2 need attention/)
  t.match(again.text, /=1\+1 \+Two already has this email address/)
  t.match(again.text, 'Ignored columns: Row, Result, Why.')
  t.same(await countAdded(db), each(2))
})

t.test('the button pressed twice, in two tabs and again later adds everybody once', async (t) => {
  const clinic = await testClinic(t)
  const { db, team } = clinic
  const adam = await signedIn(clinic, team.administrator)
  const path = await draftOf(adam, goodRows(upTo(12)))
  const [one, other] = await Promise.all([askToStart(adam, path), askToStart(adam, path)])
  const presses = await Promise.all([one, one, other].map((lastLook) => verifyStart(adam, lastLook, path)))
  t.same(
    presses.map(({ status, location }) => [status, location]),
    presses.map(() => [303, path]),
  )
  await Promise.all([1, 2, 3].map(() => work(clinic)))
  t.same(await countAdded(db), each(12))
  t.equal((await verifyStart(adam, other, path)).location, path)
  await work(clinic)
  t.same(await countAdded(db), each(12))
  const { rows } = await sql`select from events where action = 'import.started'`.execute(db)
  t.equal(rows.length, 1)
})

t.test(
  'what is added is what was looked at: a list changed in another tab has to be looked at again',
  async (t) => {
    const clinic = await testClinic(t)
    const adam = await signedIn(clinic, clinic.team.administrator)
    const path = await draftOf(adam, goodRows([1, 2]))
    const lastLook = await askToStart(adam, path)
    await adam.post(path, { 'row2-firstName': 'Kim', 'row2-skip': 'yes' })
    const refused = await verifyStart(adam, lastLook, path)
    t.equal(refused.status, 422)
    t.match(refused.text, /The list has changed since you reviewed it/)
    await work(clinic)
    t.same(await countAdded(clinic.db), each(0))

    await verifyStart(adam, await askToStart(adam, path), path)
    const late = await adam.post(path, { 'row3-firstName': 'Late' })
    t.equal(late.status, 422)
    t.match(late.text, /This import has already started/)
    t.equal((await adam.post(`${path}/discard`)).status, 303)
    await work(clinic)
    t.match((await adam.get(path)).text, /1 person added and invited/)
  },
)

t.test('two administrators with overlapping lists at once invite nobody twice', async (t) => {
  const clinic = await testClinic(t)
  const { db, team } = clinic
  const adam = await signedIn(clinic, team.administrator)
  const olivia = await signedIn(clinic, team.owner)
  const paths = await Promise.all([
    started(adam, goodRows(upTo(30))),
    started(olivia, goodRows(upTo(40).slice(10).reverse())),
  ])
  await Promise.all(upTo(4).map(() => work(clinic)))
  t.same(await countAdded(db), each(40))
  const pages = await Promise.all(paths.map((path) => adam.get(path)))
  const [added, refused] = [/(\d+) (?:people|person) added/, /, (\d+) not added/].map((words) =>
    pages.reduce((sum, { text }) => sum + Number(words.exec(text)?.[1] ?? 0), 0),
  )
  t.same([added, refused], [40, 20])
  t.match(pages.map(({ text }) => text).join(' '), /Kim Number 2\d already has this email address/)
})

t.test('a list does not wait for a longer one of somebody else', async (t) => {
  const clinic = await testClinic(t)
  const { db, team } = clinic
  const long = await started(await signedIn(clinic, team.administrator), goodRows(upTo(30)))
  const olivia = await signedIn(clinic, team.owner)
  const short = await started(olivia, goodRows(upTo(2), 'short.example'))
  for (const _ of upTo(6)) await addNext({ db, log: silent })
  t.match((await olivia.get(short)).text, /2 people added/)
  t.match((await olivia.get(long)).text, /Adding 30 people/)
})

for (const [words, change] of Object.entries({
  demoted: { role: 'receptionist' },
  deactivated: { deactivatedAt: new Date() },
} as const)) {
  t.test(`an administrator who is ${words} in the middle adds nobody more`, async (t) => {
    const clinic = await testClinic(t)
    const { db, team } = clinic
    const path = await started(await signedIn(clinic, team.administrator), goodRows(upTo(20)))
    for (const _ of upTo(5)) await addNext({ db, log: silent })
    await db.updateTable('users').set(change).where('id', '=', team.administrator.id).execute()
    await work(clinic)
    t.same(await countAdded(db), each(5))
    const page = await (await signedIn(clinic, team.owner)).get(path)
    t.match(
      page.text,
      /Stopped 5 people added and invited, 15 not added\. Adam Okafor can no longer add users/,
    )
    t.match(page.text, /The import was stopped before this row/)
  })
}

t.test('taking the right away waits for one person at most, while two processes are adding', async (t) => {
  const clinic = await testClinic(t)
  const { db, team } = clinic
  await started(await signedIn(clinic, team.administrator), goodRows(upTo(300)))
  const working = Promise.all([work(clinic), work(clinic)])
  await db.transaction().execute(async (trx) => {
    await sql`set local lock_timeout = '1s'`.execute(trx)
    await lockAdministrators(trx, team.owner.clinicId)
    await trx
      .updateTable('users')
      .set({ role: 'scheduler' })
      .where('id', '=', team.administrator.id)
      .execute()
  })
  const { people } = await countAdded(db)
  await working
  const after = await countAdded(db)
  t.ok(after.people <= people + 1, `${people} when the right was gone, ${after.people} in the end`)
  t.ok(after.people < 300)
})

t.test('any administrator can stop it, and whoever was added stays', async (t) => {
  const clinic = await testClinic(t)
  const { db, team } = clinic
  const path = await started(await signedIn(clinic, team.administrator), goodRows(upTo(10)))
  for (const _ of upTo(3)) await addNext({ db, log: silent })
  const olivia = await signedIn(clinic, team.owner)
  await Promise.all([olivia.post(`${path}/stop`), olivia.post(`${path}/stop`)])
  await work(clinic)
  t.same(await countAdded(db), each(3))
  t.match((await olivia.get(path)).text, /Olivia Hart stopped it/)
  const { rows } = await sql`select from events where action = 'import.stopped'`.execute(db)
  t.equal(rows.length, 1)
})

t.test('a person whom the database refuses again and again keeps nobody else from being added', async (t) => {
  const clinic = await testClinic(t)
  const { db, team } = clinic
  const adam = await signedIn(clinic, team.administrator)
  const path = await started(adam, goodRows(upTo(4)))
  const owner = ownerOf(t, clinic)
  await sql`
    create function refuse_two() returns trigger language plpgsql as $$
    begin if new.email like 'kim2@%' then raise exception 'no twos'; end if; return new; end $$`.execute(
    owner,
  )
  await sql`create trigger refuse_two before insert on users for each row execute function refuse_two()`.execute(
    owner,
  )
  const errors: string[] = []
  const log = { ...silent, error: (_details: object, message: string) => void errors.push(message) }
  for (const _ of upTo(20)) {
    await addEverybody({ db, log })
    await db
      .updateTable('importRows')
      .set({ nextAttemptAt: sql<Date>`now()` })
      .where('nextAttemptAt', 'is not', null)
      .execute()
    await db.updateTable('imports').set({ workedAt: sql<Date>`now()` }).execute()
  }
  t.same(await countAdded(db), each(3))
  t.equal(errors.length, 5)
  const page = await adam.get(path)
  t.match(page.text, /3 people added and invited, 1 not added/)
  t.match(page.text, /We tried several times without success\. Add this person individually/)
})
