import type { Database } from '../../database/database.ts'
import { shownField, yesOrNo } from '../../users/shown-fields.ts'
import { statusWords } from '../../users/status-words.ts'
import { BYTE_ORDER_MARK, csvLine } from '../../words/csv-line.ts'
import { utcMinute } from '../../words/dates.ts'
import { words } from '../../words/en.ts'
import { isDateField, USER_FIELD_NAMES, USER_FIELDS, type UserFieldName } from '../../words/user-fields.ts'
import type { Sort } from './list/list-order.ts'
import { type ExportedUser, listUsersInFull } from './list/list-users.ts'
import type { ListedClinic, UserFilter } from './list/user-filter.ts'

const USERS_PER_CHUNK = 500

/** Numbers include the country code, so that they mean the same wherever they're imported. */
const ANYWHERE = ''

/** Last name first, because most lists are sorted by it. Phone numbers include the mobile number. */
const FIELDS = [...new Set<UserFieldName>(['lastName', 'firstName', ...USER_FIELD_NAMES])].filter(
  (name) => name !== 'mobileNumber',
)

const COLUMNS = [
  ...FIELDS.map((name) => USER_FIELDS[name].label),
  ...[words.users.owner, words.userList.status, words.userList.export.utc],
]

/** The list as CSV (RFC 4180), in chunks, so that its size doesn't matter. */
export async function* exportUsers(
  db: Database,
  clinic: ListedClinic,
  question: { filter: UserFilter; sort: Sort },
): AsyncGenerator<string> {
  yield BYTE_ORDER_MARK + csvLine(COLUMNS)
  for (let after: Awaited<ReturnType<typeof listUsersInFull>>['after'] | undefined; after !== null; ) {
    const page = await listUsersInFull(db, clinic, { ...question, after, limit: USERS_PER_CHUNK })
    if (page.users.length > 0) yield page.users.map((user) => csvLine(cellsOf(user))).join('')
    after = page.after
  }
}

function cellsOf(user: ExportedUser): string[] {
  return [
    // Days as every spreadsheet reads them.
    ...FIELDS.map((name) => (isDateField(name) ? user[name] : shownField(name, user, ANYWHERE)) ?? ''),
    yesOrNo(user.isOwner),
    statusWords(user),
    user.lastSignInAt ? utcMinute(user.lastSignInAt) : '',
  ]
}
