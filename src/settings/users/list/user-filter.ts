import { type RawBuilder, type SelectQueryBuilder, sql } from 'kysely'
import { isOpenOn, todayAt } from '../../../clinics/access-dates.ts'
import type { Database } from '../../../database/database.ts'
import type { Day, Id, Schema } from '../../../database/schema.ts'
import type { Role } from '../../../roles/roles.ts'
import { hasOpenInvitation, type Status } from '../../../users/users.ts'

/**
 * What the list can be filtered by besides a status: the latest email failed; active, but not here for long; active, with
 * nothing but a password; here, but not for long.
 */
export const OTHER_STATES = ['needs attention', 'dormant', 'no-second-step', 'leaving-soon'] as const
export type OtherState = (typeof OTHER_STATES)[number]
export const DORMANT_DAYS = 90
export const LEAVING_SOON_DAYS = 14

export interface ListedClinic {
  clinicId: Id
  /** For phone numbers without a country code. */
  country: string
}

/** Without a status: everyone except deactivated people. */
export interface UserFilter {
  search?: string
  status?: Status | OtherState
  role?: Role
  isPractitioner?: boolean
}

/**
 * Applies the filters; `matchesSearch` applies the search. What few people have is written out: a plan for any value would
 * read everyone to find them.
 */
export function usersWho(
  db: Database,
  clinicId: Id,
  { status, role, isPractitioner }: Omit<UserFilter, 'search'>,
) {
  const today = todayAt(clinicId)
  return db
    .selectFrom('users')
    .where('clinicId', '=', clinicId)
    .where('deactivatedAt', status === 'deactivated' ? 'is not' : 'is', null)
    .$if(status === 'active', (query) => query.where('joinedAt', 'is not', null).where(isOpenOn(today)))
    .$if(status === 'invited', (query) => waiting(query, today).where(hasOpenInvitation))
    .$if(status === 'invitation expired', (query) =>
      waiting(query, today).where((eb) => eb.not(hasOpenInvitation(eb))),
    )
    .$if(status === 'starts later', (query) =>
      query.where('joinedAt', 'is not', null).where('accessFrom', '>', today),
    )
    .$if(status === 'access ended', (query) => query.where('accessUntil', '<', today))
    .$if(status === 'leaving-soon', (query) =>
      query.where('accessUntil', '>=', today).where('accessUntil', '<=', soonAfter(today)),
    )
    .$if(status === 'dormant', (query) => query.where('joinedAt', '<', longAgo).where(signedInLongAgo))
    .$if(status === 'no-second-step', (query) =>
      query.where('joinedAt', 'is not', null).where('secondStepSince', 'is', null),
    )
    .$if(status === 'needs attention', (query) => query.where('needsAttention', '=', sql.lit(true)))
    .$if(role !== undefined, (query) => query.where('role', '=', sql.lit(role as Role)))
    .$if(isPractitioner !== undefined, (query) =>
      query.where('isPractitioner', '=', isPractitioner as boolean),
    )
}

/** Those who haven't joined, and still may. */
export function waiting(people: SelectQueryBuilder<Schema, 'users', object>, today: RawBuilder<Day>) {
  return people
    .where('joinedAt', 'is', null)
    .where((eb) => eb.or([eb('accessUntil', 'is', null), eb('accessUntil', '>=', today)]))
}

const soonAfter = (today: RawBuilder<Day>) => sql<Day>`${today} + ${sql.lit(LEAVING_SOON_DAYS)}`

const longAgo = sql<Date>`now() - ${sql.lit(DORMANT_DAYS)} * interval '1 day'`

/** As the list's index has it, which then holds them side by side. */
const signedInLongAgo = sql<boolean>`coalesce(last_sign_in_at, '-infinity') < ${longAgo}`
