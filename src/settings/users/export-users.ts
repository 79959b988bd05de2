import type { Database } from '../../database/database.ts'
import { shownField, yesOrNo } from '../../users/shown-fields.ts'
import { STATUS_WORDS } from '../../users/users.ts'
import { USER_FIELD_NAMES, USER_FIELDS, type UserFieldName } from '../../words/user-fields.ts'
import type { Sort } from './list/list-order.ts'
import { type ExportedUser, listUsersInFull } from './list/list-users.ts'
import type { ListedClinic, UserFilter } from './list/user-filter.ts'

const PEOPLE_PER_CHUNK = 500

/** Spreadsheets read UTF-8 as such only after this mark. */
export const BYTE_ORDER_MARK = '\uFEFF'

/** Numbers have their country's code, so that they mean the same wherever they are imported. */
const ANYWHERE = ''

/** The last name, by which most lists are sorted, comes first; the mobile number is one of the phone numbers. */
const FIELDS = [...new Set<UserFieldName>(['lastName', 'firstName', ...USER_FIELD_NAMES])].filter(
  (name) => name !== 'mobileNumber',
)

const COLUMNS = [
  ...FIELDS.map((name) => USER_FIELDS[name].label),
  ...['Owner', 'Status', 'Last sign-in (UTC)'],
]

/** The people of the list as CSV (RFC 4180), a chunk at a time, however many they are. */
export async function* exportUsers(
  db: Database,
  clinic: ListedClinic,
  question: { filter: UserFilter; sort: Sort },
): AsyncGenerator<string> {
  yield BYTE_ORDER_MARK + csvLine(COLUMNS)
  for (let after: Awaited<ReturnType<typeof listUsersInFull>>['after'] | undefined; after !== null; ) {
    const page = await listUsersInFull(db, clinic, { ...question, after, limit: PEOPLE_PER_CHUNK })
    if (page.users.length > 0) yield page.users.map((user) => csvLine(cellsOf(user))).join('')
    after = page.after
  }
}

function cellsOf(user: ExportedUser): string[] {
  return [
    ...FIELDS.map((name) => shownField(name, user, ANYWHERE) ?? ''),
    yesOrNo(user.isOwner),
    STATUS_WORDS[user.status],
    user.lastSignInAt?.toISOString().slice(0, 16).replace('T', ' ') ?? '',
  ]
}

export function csvLine(cells: string[]): string {
  return `${cells.map((cell) => `"${harmless(cell).replaceAll('"', '""')}"`).join(',')}\r\n`
}

/** Spreadsheets take what begins with one of these for a formula, quoted or not. An import takes the apostrophe off. */
function harmless(cell: string): string {
  return /^'*\s*[=+\-@\t\r＝＋－＠]|^[\t\r]/.test(cell) ? `'${cell}` : cell
}
