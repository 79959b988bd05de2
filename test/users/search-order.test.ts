import t from 'tap'
import type { ListedUser } from '../../src/users/list-users.ts'
import { listUsers } from '../../src/users/list-users.ts'
import { sortName } from '../../src/users/names.ts'
import { testDatabase } from '../support/database.ts'

const { db } = await testDatabase(t)
const { id: accountId } = await db
  .insertInto('accounts')
  .values({ name: 'Clinic', subdomain: 'clinic', country: 'AU', timeZone: 'UTC' })
  .returning('id')
  .executeTakeFirstOrThrow()
const clinic = { accountId, country: 'AU' }

/** Last names in turn, first names numbered: everybody has “li” in some name. */
const LAST_NAMES = ['Adams', 'Lindgren', 'Liu', 'O’Li', 'Łi', 'Zu']
for (let n = 0; n < 90; n++) {
  const lastName = LAST_NAMES[n % LAST_NAMES.length] ?? ''
  const firstName = `Lila${String(n).padStart(3, '0')}`
  await db
    .insertInto('users')
    .values({
      ...{
        accountId,
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
    `sorted by ${sort}, last names that begin with the search come first, on every page, both ways`,
    async (t) => {
      const ask = { filter: { search: 'LI' }, sort }
      const everybody = names((await listUsers(db, clinic, { ...ask, limit: 200 })).users)
      t.equal(new Set(everybody).size, 90)
      const lasts = [...new Set(everybody.map((name) => name.split(' ')[0]))]
      t.same(
        lasts,
        sort === 'name'
          ? ['Łi', 'Lindgren', 'Liu', 'Adams', 'O’Li', 'Zu']
          : ['Liu', 'Lindgren', 'Łi', 'Zu', 'O’Li', 'Adams'],
      )
      for (const limit of [7, 15, 44, 45, 46, 89]) {
        let page = await listUsers(db, clinic, { ...ask, limit })
        const seen = names(page.users)
        const pages = [names(page.users)]
        while (page.after) {
          page = await listUsers(db, clinic, { ...ask, limit, after: page.after })
          seen.push(...names(page.users))
          pages.push(names(page.users))
        }
        t.same(seen, everybody, `forwards by ${limit}`)
        const back = [names(page.users)]
        while (page.before) {
          page = await listUsers(db, clinic, { ...ask, limit, before: page.before })
          back.unshift(names(page.users))
        }
        t.same(back.flat(), everybody, `backwards by ${limit}`)
      }
    },
  )
}

t.test('several words, numbers and other orders keep to the order that was asked for', async (t) => {
  for (const search of ['li lila', '0']) {
    const { users } = await listUsers(db, clinic, { filter: { search }, limit: 200 })
    t.same(names(users), names([...users].sort((a, b) => compare(a, b))), search)
  }
})

function compare(a: ListedUser, b: ListedUser): number {
  return sortName(a.firstName, a.lastName) < sortName(b.firstName, b.lastName) ? -1 : 1
}
