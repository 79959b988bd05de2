import type { Database } from '../../database/database.ts'
import { ROLES } from '../../roles/roles.ts'
import { phoneWords } from '../../users/phone-form.ts'
import { STATUS_WORDS } from '../../users/users.ts'
import type { Sort } from './list/list-order.ts'
import { type ExportedUser, listUsersInFull } from './list/list-users.ts'
import type { ListedClinic, UserFilter } from './list/user-filter.ts'

const PEOPLE_PER_CHUNK = 500

/** Spreadsheets read UTF-8 as such only after this mark. */
export const BYTE_ORDER_MARK = '\uFEFF'

/** No country's numbers are written without its code. */
const ANYWHERE = ''

const COLUMNS = [
  'Last name',
  'First name',
  'Title',
  'Email',
  'Phone numbers',
  'Security role',
  'Practitioner',
  'Profession',
  'Time zone',
  'Has only one name',
  'Owner',
  'Status',
  'Last sign-in (UTC)',
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
    user.lastName,
    user.firstName,
    user.title ?? '',
    user.email,
    // With the country's code, so that they mean the same wherever they are imported.
    phoneWords(user.phones, ANYWHERE),
    ROLES[user.role].label,
    user.isPractitioner ? 'Yes' : 'No',
    user.profession ?? '',
    user.timeZone,
    user.lastName ? 'No' : 'Yes',
    user.isOwner ? 'Yes' : 'No',
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
