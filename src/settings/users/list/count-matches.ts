import { type SelectQueryBuilder, sql } from 'kysely'
import type { Database } from '../../../database/database.ts'
import { prepared } from '../../../database/prepared.ts'
import type { Id, Schema } from '../../../database/schema.ts'
import { beginsWith } from './list-part.ts'
import { beginningOf, matchesPatterns, matchesSearch, searchPatterns } from './search-users.ts'
import { type ListedClinic, type UserFilter, usersWho } from './user-filter.ts'

/** How many people a clinic can have for a search to look at all of them. */
const PLAINLY_COUNTED_MAX = 10_000

/** No one pages further, and counting would get slower as the clinic grows. */
export const COUNTED_MAX = 1_000

/** How many match, in a clinic of this size; at most `COUNTED_MAX` + 1. */
export function countMatches(
  db: Database,
  clinic: ListedClinic,
  filter: UserFilter,
  size: number,
): Promise<number> {
  return filter.search && size > PLAINLY_COUNTED_MAX
    ? countInLarge(db, clinic, filter)
    : countPlainly(db, clinic, filter)
}

async function countPlainly(
  db: Database,
  { clinicId, country }: ListedClinic,
  { search, status, role, isPractitioner }: UserFilter,
): Promise<number> {
  const patterns = search ? searchPatterns(search, country) : []
  const values = { clinicId, isPractitioner, ...patterns.flat() } as PlainValues
  const [counted] = await plainCount(db, values, {
    ...{ status, role, hasPractitioner: isPractitioner !== undefined },
    words: patterns.map(({ length }) => length),
  })
  return Number(counted?.count)
}

/** With the patterns of a search by their number. */
interface PlainValues extends Record<number, string> {
  clinicId: Id
  isPractitioner: boolean
}

interface PlainShape {
  status: UserFilter['status']
  role: UserFilter['role']
  hasPractitioner: boolean
  /** How many spellings each word of the search has. */
  words: number[]
}

const plainCount = prepared(
  (db, values: PlainValues, { status, role, hasPractitioner, words }: PlainShape) => {
    let nth = 0
    const patterns = words.map((spellings) =>
      Array.from({ length: spellings }, () => values[nth++] as string),
    )
    const people = usersWho(db, values.clinicId, {
      ...(status && { status }),
      ...(role && { role }),
      ...(hasPractitioner && { isPractitioner: values.isPractitioner }),
    })
      .select('id')
      .limit(sql.lit(COUNTED_MAX + 1))
    // The order makes the planner use the clinic's index; a search has one of its own.
    const found =
      words.length > 0 ? people.where(matchesPatterns(patterns)) : people.orderBy('sortName').orderBy('id')
    return counted(db, found)
  },
)

/** With this many names starting with the search, there's no need to look elsewhere. A plan for any search fits none. */
async function countInLarge(
  db: Database,
  { clinicId, country }: ListedClinic,
  { search = '', ...choices }: UserFilter,
): Promise<number> {
  const people = usersWho(db, clinicId, choices)
    .select('id')
    .limit(COUNTED_MAX + 1)
  const text = beginningOf(search)
  for (const column of text === null ? [] : (['sortName', 'firstSortName'] as const)) {
    const beginning = people.where(beginsWith({ column, text: text as string })).orderBy(column)
    const { count } = await counted(db, beginning).executeTakeFirstOrThrow()
    if (Number(count) > COUNTED_MAX) return Number(count)
  }
  // Ordered by id, as an index is by name.
  const all = counted(db, people.where(matchesSearch(search, country)).orderBy('id'))
  return Number((await all.executeTakeFirstOrThrow()).count)
}

function counted(db: Database, people: SelectQueryBuilder<Schema, 'users', { id: Id }>) {
  return db.selectFrom(people.as('found')).select((eb) => eb.fn.countAll<string>().as('count'))
}
