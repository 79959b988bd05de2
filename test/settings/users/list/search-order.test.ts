import type { ListedUser } from '../../../../src/settings/users/list/list-users.ts'
import { listUsers } from '../../../../src/settings/users/list/list-users.ts'
import { sortName } from '../../../../src/users/names.ts'
import { testDatabase } from '../../../support/database.ts'
import { pagesForthAndBack } from '../../../support/pages.ts'
import t from '../../../support/tap.ts'

const { db } = await testDatabase(t)
const { id: clinicId } = await db
  .insertInto('clinics')
  .values({ name: 'Clinic', label: 'clinic', country: 'AU', timeZone: 'UTC' })
  .returning('id')
  .executeTakeFirstOrThrow()
const clinic = { clinicId, country: 'AU' }

/** In turn, the first names numbered: everybody has “lin” in some name. */
const LAST_NAMES = ['Adams', 'Lindgren', 'Linz', 'O’Lin', 'Łin', 'Zu']
const FIRST_NAMES = ['Lina', 'Céline', 'Łina', 'Alina', 'Lin']
for (let n = 0; n < 90; n++) {
  const lastName = LAST_NAMES[n % LAST_NAMES.length] ?? ''
  const firstName = `${FIRST_NAMES[Math.floor(n / LAST_NAMES.length) % FIRST_NAMES.length]}${String(n).padStart(2, '0')}`
  await db
    .insertInto('users')
    .values({
      ...{
        clinicId,
        firstName,
        lastName,
        sortName: sortName(firstName, lastName),
        email: `p${n}@x.example`,
      },
      ...{ timeZone: 'UTC', role: 'scheduler', isPractitioner: false },
    })
    .execute()
}

const names = (users: ListedUser[]) => users.map(({ lastName, firstName }) => `${lastName} ${firstName}`)

for (const sort of ['name', '-name'] as const) {
  t.test(
    `sorted by ${sort}, last names that begin with the search come first and first names next, on every page, both ways`,
    async (t) => {
      const ask = { filter: { search: 'LIN' }, sort }
      const { users } = await listUsers(db, clinic, { ...ask, limit: 200 })
      const everybody = names(users)
      t.equal(new Set(everybody).size, 90)
      t.same(everybody, names([...users].sort((a, b) => asFound(a, b, sort === 'name' ? 1 : -1))))
      t.same(new Set(users.map(rank)), new Set([0, 1, 2]), 'all three are there')
      for (const limit of [1, 7, 15, 44, 45, 46, 71, 72, 73, 89]) {
        const { seen, back } = await pagesForthAndBack(
          (cursor) => listUsers(db, clinic, { ...ask, limit, ...cursor }),
          names,
        )
        t.same(seen.flat(), everybody, `forwards by ${limit}`)
        t.same(back.flat(), everybody, `backwards by ${limit}`)
      }
    },
  )
}

t.test(
  'a first name and the beginning of a last name are found in either order, before the rest',
  async (t) => {
    for (const [search, first] of [
      ['céline07 lin', 'Lindgren Céline07'],
      ['linz al', 'Linz Alina20'],
    ] as const) {
      const { users } = await listUsers(db, clinic, { filter: { search }, limit: 200 })
      t.equal(names(users)[0], first, search)
    }
  },
)

t.test('several words and numbers keep to the order that was asked for', async (t) => {
  for (const search of ['lin al a', '0']) {
    const { users } = await listUsers(db, clinic, { filter: { search }, limit: 200 })
    t.same(names(users), names([...users].sort((a, b) => compare(a, b))), search)
  }
})

function rank({ firstName, lastName }: ListedUser): number {
  if (sortName('', lastName).startsWith('lin')) return 0
  return sortName('', firstName).startsWith('lin') ? 1 : 2
}

function asFound(a: ListedUser, b: ListedUser, direction: 1 | -1): number {
  if (rank(a) !== rank(b)) return rank(a) - rank(b)
  const byFirst = rank(a) === 1
  return direction * (byFirst ? compare(turned(a), turned(b)) : compare(a, b))
}

function turned(user: ListedUser): ListedUser {
  return { ...user, firstName: user.lastName, lastName: user.firstName }
}

function compare(a: ListedUser, b: ListedUser): number {
  return sortName(a.firstName, a.lastName) < sortName(b.firstName, b.lastName) ? -1 : 1
}
