import { ROLES, type Role } from '../src/roles/roles.ts'
import { words } from '../src/words/en.ts'
import { USER_FIELDS } from '../src/words/user-fields.ts'
import type { Row } from './baseline-queries.ts'

const ESCAPED: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}
const ROLE = USER_FIELDS.role.label
const PRACTITIONER = USER_FIELDS.isPractitioner.label
const { yes, no, never, owner, lastSignIn, status } = words.users

const days = new Map<string, string>()
const formatter = new Map<string, Intl.DateTimeFormat>()

/** The rows of the list, to the byte as the app's view makes them. */
export function rowsByHand(rows: Row[], timeZone: string): string {
  let html = ''
  for (const row of rows) {
    const state = row.status === 'invitation expired' ? 'invitation-expired' : row.status
    const [first, last] = [escaped(row.first_name), escaped(row.last_name)]
    const initials = String.fromCodePoint(
      row.first_name.codePointAt(0) ?? 0,
      row.last_name.codePointAt(0) ?? 0,
    )
    html += `<tr>
<th scope="row"><span class="named"><span class="avatar ${state}"
data-initials="${escaped(initials)}" aria-hidden="true"></span>
<span><a
href="/settings/users/${row.id}">${first} ${last}</a>${row.is_owner ? ` <span class="badge owner">${owner}</span>\n` : ''}</span></span></th>
<td class="role" data-label="${ROLE}">${ROLES[row.role as Role].label}</td>
<td data-label="${PRACTITIONER}">${row.is_practitioner ? yes : no}</td>
<td data-label="${words.userList.status}"><span class="badge ${state}">${status[row.status as keyof typeof status]}</span>
</td>
<td class="when" data-label="${lastSignIn}">${row.last_sign_in_at ? dayOf(row.last_sign_in_at, timeZone) : never}</td>
</tr>
`
  }
  return html
}

function escaped(text: string): string {
  return /[&<>"']/.test(text) ? text.replace(/[&<>"']/g, (character) => ESCAPED[character] ?? '') : text
}

/** One formatting for every quarter of an hour: no time zone begins its day in between. */
function dayOf(date: Date, timeZone: string): string {
  const key = `${Math.floor(date.getTime() / 900_000)} ${timeZone}`
  const known = days.get(key)
  if (known) return known
  const made = formatterOf(timeZone).format(date).replace(' ', '\u00a0')
  days.set(key, made)
  return made
}

function formatterOf(timeZone: string): Intl.DateTimeFormat {
  const known = formatter.get(timeZone)
  if (known) return known
  const made = new Intl.DateTimeFormat('en-AU', { timeZone, day: 'numeric', month: 'short', year: 'numeric' })
  formatter.set(timeZone, made)
  return made
}
