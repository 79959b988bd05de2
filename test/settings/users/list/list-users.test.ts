import { sql } from 'kysely'
import type { NewUserRow } from '../../../../src/database/schema.ts'
import type { Cursor } from '../../../../src/settings/users/list/list-order.ts'
import { listUsers } from '../../../../src/settings/users/list/list-users.ts'
import { sortName } from '../../../../src/users/names.ts'
import { type TestClinic, testClinic } from '../../../support/app.ts'
import { pagesForthAndBack } from '../../../support/pages.ts'
import { secondClinic } from '../../../support/second-clinic.ts'
import t from '../../../support/tap.ts'
import { Visitor } from '../../../support/visitor.ts'

async function addUsers({ db, team }: TestClinic, count: number): Promise<void> {
  const people = Array.from({ length: count }, (_, n): NewUserRow => {
    // Ten of each name, so that pages end between people who are called the same.
    const name = { firstName: 'Kim', lastName: `Zeta ${Math.floor(n / 10)}` }
    const email = `kim${n}@harbour.example`
    const { clinicId, timeZone } = team.owner
    const state = { role: 'scheduler', isPractitioner: false } as const
    return {
      ...name,
      sortName: sortName(name.firstName, name.lastName),
      email,
      clinicId,
      timeZone,
      ...state,
    }
  })
  await db.insertInto('users').values(people).execute()
}

const clinicOf = ({ owner }: Pick<TestClinic['team'], 'owner'>) => ({
  clinicId: owner.clinicId,
  country: 'AU',
})

t.test('people stand in the order of their last names, as readers look for them', async (t) => {
  const { db, team } = await testClinic(t)
  const { users } = await listUsers(db, clinicOf(team))
  t.same(
    users.map((user) => user.lastName),
    ['Delgado', 'Hart', 'Lindqvist', 'Nguyen', 'O’Connor', 'Okafor', 'Petrov', 'Raman', 'Walsh'],
  )
})

t.test('every status is the one that is true at this moment', async (t) => {
  const { app, db, team } = await testClinic(t)
  const present = await listUsers(db, clinicOf(team))
  const gone = await listUsers(db, clinicOf(team), { filter: { status: 'deactivated' } })
  const users = [...present.users, ...gone.users]
  const statuses = Object.fromEntries(users.map((user) => [user.firstName, user.status]))
  t.match(statuses, { Rosa: 'active', Ivan: 'invited', Erin: 'invitation expired', Dora: 'deactivated' })
  const adam = new Visitor(app)
  await adam.signIn(team.administrator)
  const page = await adam.get('/settings/users')
  t.match(page.text, /Ivan Petrov Receptionist No Invited Queued \d+ \w+, \d+:\d\d [ap]m Never/)
  t.match(
    page.text,
    /Erin Walsh Scheduler No Invitation expired Saved to outbox \d+ \w+, \d+:\d\d [ap]m Never/,
  )
  t.match(page.text, /Olivia Hart Owner Administrator Yes Active Never/)
  t.match(page.text, /Adam Okafor Administrator No Active \d+ \w+ \d{4}/)
})

t.test('turning the pages forth and back meets everyone once, 50 a page', async (t) => {
  const clinic = await testClinic(t)
  await addUsers(clinic, 115)
  const { db, team } = clinic
  t.equal((await listUsers(db, clinicOf(team))).before, null)
  const { seen, back } = await pagesForthAndBack((cursor) => listUsers(db, clinicOf(team), cursor))
  t.same(
    seen.map((ids) => ids.length),
    [50, 50, 24],
  )
  t.equal(new Set(seen.flat()).size, 124)
  t.same(back, seen)
})

t.test('people who come in between move nobody out of sight', async (t) => {
  const clinic = await testClinic(t)
  await addUsers(clinic, 60)
  const adam = new Visitor(clinic.app)
  await adam.signIn(clinic.team.administrator)
  const first = await adam.get('/settings/users')
  const next = /href="(\/settings\/users\?after=[\w-]+)" rel="next"/.exec(first.html)?.[1] ?? ''
  await clinic.db
    .insertInto('users')
    .values({
      ...{
        clinicId: clinic.team.owner.clinicId,
        timeZone: 'UTC',
        role: 'scheduler',
        isPractitioner: false,
      },
      ...{
        firstName: 'Aaron',
        lastName: 'Aardvark',
        sortName: sortName('Aaron', 'Aardvark'),
        email: 'a@a.example',
      },
    })
    .execute()
  const second = await adam.get(next)
  const ids = (html: string) =>
    [...html.matchAll(/href="\/settings\/users\/(\d+)"/g)].map((match) => match[1])
  const both = new Set([...ids(first.html), ...ids(second.html)])
  t.equal(both.size, 69, 'everyone who was there is seen')
})

t.test('another clinic’s people are in no list and in no count', async (t) => {
  const { app, db, team, passwords } = await testClinic(t)
  const others = await secondClinic({ db, passwords })
  const mine = await listUsers(db, clinicOf(team))
  const theirs = new Set(Object.values(others).map((user) => user.id))
  t.same(
    mine.users.filter((user) => theirs.has(user.id)),
    [],
  )
  const after: Cursor = { key: '', id: others.owner.id }
  const continued = await listUsers(db, clinicOf(team), { after })
  t.same(continued.users, mine.users, 'a cursor of somebody else’s user shows nothing of theirs')
  await app.ready()
})

t.test('the numbers of practitioners and administrative users follow every change', async (t) => {
  const { db, team } = await testClinic(t)
  const { clinicId } = team.owner
  const counted = () =>
    db
      .selectFrom('clinics')
      .select(['practitioners', 'administrative'])
      .where('id', '=', clinicId)
      .executeTakeFirst()
  t.same(await counted(), { practitioners: 2, administrative: 7 })
  await db.updateTable('users').set({ isPractitioner: true }).where('id', '=', team.scheduler.id).execute()
  t.same(await counted(), { practitioners: 3, administrative: 6 })
  await db
    .updateTable('users')
    .set({ deactivatedAt: new Date() })
    .where('id', '=', team.practitioner.id)
    .execute()
  t.same(await counted(), { practitioners: 2, administrative: 6 })
  await db.updateTable('users').set({ deactivatedAt: null }).where('clinicId', '=', clinicId).execute()
  t.same(await counted(), { practitioners: 3, administrative: 7 })
})

t.test('sorted by last sign-in, pages meet everyone once, to the microsecond', async (t) => {
  const clinic = await testClinic(t)
  await addUsers(clinic, 115)
  const { db, team } = clinic
  await sql`
    update users set last_sign_in_at = timestamptz '2026-11-01' + (id % 3) * interval '1 microsecond'
    where email like 'kim%' and id % 4 <> 0`.execute(db)
  const filter = { search: 'kim' }
  const orders: Record<string, string[]> = {}
  for (const sort of ['last-sign-in', '-last-sign-in'] as const) {
    const ask = { filter, sort }
    const { seen, back } = await pagesForthAndBack((cursor) =>
      listUsers(db, clinicOf(team), { ...ask, ...cursor }),
    )
    t.same(
      seen.map((ids) => ids.length),
      [50, 50, 15],
    )
    t.equal(new Set(seen.flat()).size, 115)
    t.same(back, seen)
    orders[sort] = seen.flat()
  }
  t.same(orders['-last-sign-in'], [...(orders['last-sign-in'] ?? [])].reverse())
  const first = await listUsers(db, clinicOf(team), { filter, sort: 'last-sign-in' })
  t.equal(first.users[0]?.lastSignInAt, null, 'who never came stands before who came long ago')
})

t.test(
  'when the last person of a page signs in or is renamed meanwhile, nobody after them is lost',
  async (t) => {
    const clinic = await testClinic(t)
    await addUsers(clinic, 60)
    const { db, team } = clinic
    await sql`
    update users set last_sign_in_at = timestamptz '2026-11-01' + id * interval '1 minute'
    where email like 'kim%'`.execute(db)
    const filter = { search: 'kim' }
    for (const sort of ['last-sign-in', 'name'] as const) {
      const first = await listUsers(db, clinicOf(team), { filter, sort })
      await db
        .updateTable('users')
        .set({ lastSignInAt: sql`now()`, sortName: 'zz', lastName: 'Zz' })
        .where('id', '=', first.after?.id ?? '')
        .execute()
      const second = await listUsers(db, clinicOf(team), { filter, sort, after: first.after ?? undefined })
      const both = new Set([...first.users, ...second.users].map((user) => user.id))
      t.equal(both.size, 60, sort)
    }
  },
)

t.test('the heads of the table sort it, both ways, and keep the question', async (t) => {
  const { app, team } = await testClinic(t)
  const adam = new Visitor(app)
  await adam.signIn(team.administrator)
  const head = (html: string, label: string) =>
    new RegExp(`<th scope="col"( aria-sort="\\w+")?><a href="([^"]+)">${label}</a>`).exec(html) ?? []
  let page = await adam.get('/settings/users?status=active')
  t.equal(head(page.html, 'Name')[1], ' aria-sort="ascending"')
  t.equal(head(page.html, 'Last sign-in')[1], undefined)
  for (const [label, direction, firstRow] of [
    ['Last sign-in', 'descending', 'Adam Okafor'],
    ['Last sign-in', 'ascending', 'Olivia Hart'],
    ['Name', 'ascending', 'Rosa Delgado'],
    ['Name', 'descending', 'Priya Raman'],
  ] as const) {
    page = await adam.get(head(page.html, label)[2]?.replaceAll('&amp;', '&') ?? '')
    t.equal(head(page.html, label)[1], ` aria-sort="${direction}"`)
    t.equal(/<tbody>\s*<tr>\s*<th scope="row">.*?<a\s+href="[^"]+">([^<]+)/s.exec(page.html)?.[1], firstRow)
    t.match(page.html, /<option value="active" selected>/)
  }
})

t.test('counts are true up to a thousand, and say so beyond', async (t) => {
  const clinic = await testClinic(t)
  await addUsers(clinic, 1_000)
  const adam = new Visitor(clinic.app)
  await adam.signIn(clinic.team.administrator)
  t.match((await adam.get('/settings/users?search=kim')).text, '1,000 people found.')
  t.match((await adam.get('/settings/users?search=rosa')).text, '1 person found.')
  t.match((await adam.get('/settings/users?role=scheduler')).text, 'More than 1,000 people found.')
  t.match((await adam.get('/settings/users?practitioner=no')).text, 'More than 1,000 people found.')
  t.match((await adam.get('/settings/users?practitioner=yes')).text, '2 people found.')
})
