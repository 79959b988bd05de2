import type { Closed } from '../clinics/access-dates.ts'
import type { User } from '../database/schema.ts'
import { users as words } from '../words/en/users.ts'
import type { Status } from './users.ts'

type Dated = Pick<User, 'accessFrom' | 'accessUntil'> & { status: Status }

/** Such as “Active”, or “Starts 3 Dec”. */
export function statusWords({ status, accessFrom }: Dated): string {
  return status === 'starts later' && accessFrom ? words.starts(accessFrom) : words.status[status]
}

/** What else the dates say, beside the status: when somebody invited starts, and when anybody here leaves. */
export function datesWords({
  status,
  accessFrom,
  accessUntil,
  closed,
}: Dated & { closed: Closed | null }): string {
  if (status === 'access ended' || status === 'deactivated') return ''
  const starts = status !== 'starts later' && closed === 'not begun' ? accessFrom : null
  if (starts && accessUntil) return words.startsUntil(starts, accessUntil)
  if (starts) return words.starts(starts)
  return accessUntil ? words.until(accessUntil) : ''
}
