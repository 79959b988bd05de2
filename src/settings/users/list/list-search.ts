import type { Database } from '../../../database/database.ts'
import { type Cursor, firstNameFirst, isByName } from './list-order.ts'
import { asListed, beginsWith, type ListedUser, type ListPart, orderOf, readPart } from './list-part.ts'
import { beginningOf, matchesSearch } from './search-users.ts'
import { type ListedClinic, usersWho } from './user-filter.ts'

/** How many people to look through in the list's order before asking the index of all names. */
const LOOKED_AT_FIRST = 1_000

/** Whom a search finds, in this order: by the beginning of their last name, of their first name, and by anything else. */
const KINDS = ['sortName', 'firstSortName', 'other'] as const
type Kind = (typeof KINDS)[number]

interface Search extends ListPart {
  text: string
}

/** Each kind is asked for only if those before it don't fill the page: most searches are for the beginning of a name. */
export async function findUsers(db: Database, clinic: ListedClinic, search: Search): Promise<ListedUser[]> {
  const { cursor, limit } = search
  const beginning = isByName(search.sort) ? beginningOf(search.text) : null
  const found: ListedUser[] = []
  for (const kind of kindsFrom(search, beginning)) {
    const part = {
      ...search,
      cursor: cursor && kind === kindOf(cursor, beginning) ? cursor : undefined,
    }
    const people =
      kind === 'other'
        ? await readOthers(db, clinic, part, beginning)
        : await readPart(db, clinic, { ...part, beginning: { column: kind, text: beginning ?? '' } })
    found.push(...people)
    if (found.length >= limit) break
  }
  return found.slice(0, limit)
}

function kindsFrom({ cursor, backwards }: Search, beginning: string | null): Kind[] {
  if (beginning === null) return ['other']
  const kinds = backwards ? KINDS.toReversed() : [...KINDS]
  return cursor ? kinds.slice(kinds.indexOf(kindOf(cursor, beginning))) : kinds
}

function kindOf({ key }: Cursor, beginning: string | null): Kind {
  if (beginning === null) return 'other'
  if (key.startsWith(beginning)) return 'sortName'
  return firstNameFirst(key).startsWith(beginning) ? 'firstSortName' : 'other'
}

/**
 * What many people match is found among the first of the list; what few match, by the index of search texts. The planner
 * can't tell which it is: it takes matches to lie evenly, and would read to the end for names that begin with Z.
 */
async function readOthers(
  db: Database,
  clinic: ListedClinic,
  { text, sort, backwards, choices, cursor, limit }: Search,
  beginning: string | null,
): Promise<ListedUser[]> {
  const order = orderOf(sort, backwards)
  const after = usersWho(db, clinic.clinicId, choices).$if(cursor !== undefined, (people) =>
    people.where(order.isAfter(order.boundOf((cursor as Cursor).key), (cursor as Cursor).id)),
  )
  const first = after
    .selectAll()
    .orderBy(order.column, order.direction)
    .orderBy('id', order.direction)
    .limit(LOOKED_AT_FIRST)
  const othersOf = (people: typeof after) =>
    asListed(people, order)
      .where(matchesSearch(text, clinic.country))
      .$if(beginning !== null, (query) =>
        query.where((eb) =>
          eb.not(
            eb.or(
              (['sortName', 'firstSortName'] as const).map((column) =>
                beginsWith({ column, text: beginning as string }),
              ),
            ),
          ),
        ),
      )
      .limit(limit)
  const near = await othersOf(db.selectFrom(first.as('users')) as never)
    .orderBy(order.column, order.direction)
    .orderBy('id', order.direction)
    .execute()
  if (near.length === limit) return near
  return othersOf(after).orderBy(order.unindexed, order.direction).orderBy('id', order.direction).execute()
}
