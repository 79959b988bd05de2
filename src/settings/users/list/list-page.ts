import { type Static, Type } from 'typebox'
import { emailLine } from '../../../emails/email-line.ts'
import { ROLE_NAMES, ROLES, type Role } from '../../../roles/roles.ts'
import { OptionalChoice } from '../../../users/fields.ts'
import { fullName, initials } from '../../../users/names.ts'
import { datesWords, statusWords } from '../../../users/status-words.ts'
import type { Status } from '../../../users/users.ts'
import { formatDay } from '../../../words/dates.ts'
import { words } from '../../../words/en.ts'
import { USER_FIELDS } from '../../../words/user-fields.ts'
import { COUNTED_MAX } from './count-matches.ts'
import type { Counts } from './count-users.ts'
import { CHOICES } from './filter-words.ts'
import { type Cursor, decodeCursor, encodeCursor, isByName, SORTS, type Sort } from './list-order.ts'
import type { ListedUser, UserPage } from './list-users.ts'
import { beginningOf } from './search-users.ts'
import { statusBar } from './status-bar.ts'
import { OTHER_STATES, type UserFilter } from './user-filter.ts'

const LIST_PATH = '/settings/users'
const SEARCH_MAX_LENGTH = 100

const CursorText = Type.Optional(Type.String({ maxLength: 1_000 }))

export const ListQuery = Type.Object({
  search: Type.Optional(Type.String({ maxLength: SEARCH_MAX_LENGTH })),
  status: OptionalChoice([...(Object.keys(words.users.status) as Status[]), ...OTHER_STATES]),
  role: OptionalChoice<Role>(ROLE_NAMES),
  practitioner: OptionalChoice(['yes', 'no']),
  sort: OptionalChoice<Sort>(SORTS),
  after: CursorText,
  before: CursorText,
})

export type ListQuery = Static<typeof ListQuery>

export function filterOf({ search, status, role, practitioner }: ListQuery): UserFilter {
  return {
    ...(search?.trim() && { search: search.trim() }),
    ...(status && { status }),
    ...(role && { role }),
    ...(practitioner && { isPractitioner: practitioner === 'yes' }),
  }
}

export function sortOf({ sort }: ListQuery): Sort {
  return sort || 'name'
}

/** Undefined where the URL has no cursor; null where it is not one of ours. */
export function cursorOf(text: string | undefined, sort: Sort): Cursor | null | undefined {
  return text === undefined ? undefined : decodeCursor(text, sort)
}

export type ListPage = ReturnType<typeof listPage>
export type ListRow = ReturnType<typeof listRow>

/** The list's links: each keeps the search and filters and changes one thing. */
export function listPage(query: ListQuery, page: UserPage, counts: Counts) {
  const filter = filterOf(query)
  const link = linksFrom(query)
  return {
    query: { search: '', status: '', role: '', practitioner: '', ...query },
    sort: sortOf(query),
    choices: CHOICES,
    sortWords: sortWords(sortOf(query), filter),
    isFiltered: Object.keys(filter).length > 0,
    usesChoices: Boolean(filter.status || filter.role || filter.isPractitioner !== undefined),
    hidesDeactivated: filter.status === undefined,
    foundWords: foundWords(counts.found),
    statusBar: statusBar(counts.byStatus, (status) => linksFrom({})({ status })),
    lead: words.userList.lead({ practitioners: counts.practitioners, others: counts.administrative }),
    isAlone: counts.practitioners + counts.administrative === 1,
    links: {
      everyone: LIST_PATH,
      first: link({}),
      deactivated: link({ status: 'deactivated' }),
      export: link({}, `${LIST_PATH}/export`),
      previous: page.before && link({ before: encodeCursor(page.before) }),
      next: page.after && link({ after: encodeCursor(page.after) }),
    },
    columns: [
      sortColumn(words.users.name, 'name', sortOf(query), link),
      { label: USER_FIELDS.role.label },
      { label: USER_FIELDS.isPractitioner.label },
      { label: words.userList.status },
      sortColumn(words.users.lastSignIn, 'last-sign-in', sortOf(query), link),
    ],
  }
}

export function listRow(user: ListedUser, timeZone: string) {
  return {
    id: user.id,
    name: fullName(user),
    initials: initials(user),
    isOwner: user.isOwner,
    isPractitioner: user.isPractitioner,
    roleLabel: ROLES[user.role].label,
    status: user.status,
    state: STATE_CLASSES[user.status],
    statusWords: statusWords(user),
    datesWords: datesWords(user),
    email: user.newestEmail && emailLine(user.newestEmail, timeZone),
    lastSignIn: user.lastSignInAt ? formatDay(user.lastSignInAt, timeZone) : words.users.never,
  }
}

const STATE_CLASSES = {
  active: 'active',
  invited: 'invited',
  'invitation expired': 'invitation-expired',
  'starts later': 'starts-later',
  'access ended': 'access-ended',
  deactivated: 'deactivated',
} satisfies Record<Status, string>

function sortWords(sort: Sort, { search }: UserFilter): string {
  const ranked = search && isByName(sort) && beginningOf(search) !== null
  const { sorted } = words.userList
  return ranked ? words.userList.bestFirst(sorted[sort]) : sorted[sort]
}

type Link = (change: Partial<ListQuery>, path?: string) => string

export function linksFrom({ after: _after, before: _before, ...question }: ListQuery): Link {
  return (change, path = LIST_PATH) => {
    const known = Object.keys(ListQuery.properties) as (keyof ListQuery)[]
    const asked = { ...question, ...change }
    const fields = known.flatMap((field) =>
      asked[field] ? [[field, String(asked[field])] as [string, string]] : [],
    )
    return fields.length > 0 ? `${path}?${new URLSearchParams(fields)}` : path
  }
}

function sortColumn(label: string, key: 'name' | 'last-sign-in', sort: Sort, link: Link) {
  // Names start at A, sign-ins with the most recent.
  const first: Sort = key === 'name' ? key : `-${key}`
  const other: Sort = key === 'name' ? `-${key}` : key
  const direction = { [key]: 'ascending', [`-${key}`]: 'descending' }[sort]
  return { label, direction, href: link({ sort: sort === first ? other : first }) }
}

export function foundWords(found: number): string {
  return found > COUNTED_MAX ? words.userList.foundMore(COUNTED_MAX) : words.userList.found(found)
}
