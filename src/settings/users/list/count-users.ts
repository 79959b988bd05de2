import { type RawBuilder, sql } from 'kysely'
import { todayAt } from '../../../clinics/access-dates.ts'
import type { Database } from '../../../database/database.ts'
import { prepared } from '../../../database/prepared.ts'
import type { Id } from '../../../database/schema.ts'
import { hasOpenInvitation, type Status } from '../../../users/users.ts'
import { COUNTED_MAX, countMatches } from './count-matches.ts'
import type { UserPage } from './list-users.ts'
import { type ListedClinic, type UserFilter, usersWho, waiting } from './user-filter.ts'

export interface Counts {
  /** How many are billed and how many are free; kept by triggers. */
  practitioners: number
  administrative: number
  /** How many match; at most `COUNTED_MAX` + 1. */
  found: number
  /** Null above `COUNTED_MAX`, because a chart has to be accurate. */
  byStatus: Record<Status, number> | null
}

type ClinicCounts = Omit<Counts, 'found'>

export async function countUsers(
  db: Database,
  clinic: ListedClinic,
  filter: UserFilter = {},
): Promise<Counts> {
  const counts = await countClinic(db, clinic)
  return { ...counts, found: await countFound(db, clinic, filter, counts) }
}

export async function countClinic(db: Database, { clinicId }: ListedClinic): Promise<ClinicCounts> {
  const [counted] = await counters(db, { clinicId })
  if (!counted) throw new Error(`There is no clinic ${clinicId}`)
  const { practitioners, administrative, parts } = counted
  const byStatus = parts && statusCounts(practitioners + administrative, parts)
  return { practitioners, administrative, byStatus }
}

/** How many match; at most `COUNTED_MAX` + 1. A page that holds them all has counted them. */
export async function countFound(
  db: Database,
  clinic: ListedClinic,
  filter: UserFilter,
  { practitioners, administrative }: ClinicCounts,
  page?: UserPage,
): Promise<number> {
  if (page && !page.before && !page.after) return page.users.length
  if (filter.search || filter.status || filter.role)
    return countMatches(db, clinic, filter, practitioners + administrative)
  const { isPractitioner } = filter
  const found = (isPractitioner !== false ? practitioners : 0) + (isPractitioner ? 0 : administrative)
  return Math.min(found, COUNTED_MAX + 1)
}

const counters = prepared((db, { clinicId }: { clinicId: Id }) =>
  db
    .selectFrom('clinics')
    .select(['practitioners', 'administrative', partsByStatus(db, clinicId).as('parts')])
    .where('id', '=', clinicId),
)

/** How many haven't joined, how many of those still can, and how many there are of each other status but active. */
type Parts = [
  notJoined: number,
  invited: number,
  startsLater: number,
  accessEnded: number,
  deactivated: number,
]

/** A large clinic is never counted: the condition is false, so nothing below it is read. */
function partsByStatus(db: Database, clinicId: Id): RawBuilder<Parts | null> {
  const notJoined = waiting(usersWho(db, clinicId, {}), todayAt(clinicId))
    .select((eb) => hasOpenInvitation(eb).as('isInvited'))
    .orderBy('sortName')
    .limit(COUNTED_MAX)
  const count = (status: Status) => {
    const all = usersWho(db, clinicId, { status }).select('id').orderBy('sortName')
    return sql`(select count(*) from (${all.limit(COUNTED_MAX + 1)}) as counted)`
  }
  return sql`case when practitioners + administrative <= ${sql.lit(COUNTED_MAX)} then (
    select array[count(*), count(*) filter (where is_invited),
      ${count('starts later')}, ${count('access ended')}, ${count('deactivated')}]::int[]
    from (${notJoined}) as waiting) end`
}

function statusCounts(
  present: number,
  [notJoined, invited, startsLater, accessEnded, deactivated]: Parts,
): Counts['byStatus'] {
  if (deactivated > COUNTED_MAX) return null
  return {
    active: present - notJoined - startsLater - accessEnded,
    invited,
    'invitation expired': notJoined - invited,
    'starts later': startsLater,
    'access ended': accessEnded,
    deactivated,
  }
}
