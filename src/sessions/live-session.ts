import { sql } from 'kysely'
import { dayIn, isOpenOn } from '../clinics/access-dates.ts'
import { prepared } from '../database/prepared.ts'
import type { Id } from '../database/schema.ts'
import { outageForBanner } from '../emails/outage.ts'
import type { Role } from '../roles/roles.ts'
import type { OutageCode } from '../words/en/email-failures.ts'
import { hasNotEnded, isOpen } from './sessions.ts'

/** For signed-out browsers; a clinic sets its own. */
export const GUEST_IDLE_MINUTES = 30
export const SESSION_MAX_HOURS = 12

/** Recording every request's time would cost a write per page; this is exact enough. */
export const LAST_SEEN_SECONDS = 10

export interface CurrentUser {
  id: Id
  clinicId: Id
  firstName: string
  lastName: string
  email: string
  role: Role
  isOwner: boolean
  isPractitioner: boolean
  timeZone: string
  clinicName: string
  country: string
  secondStepSince: Date | null
  anywhere: boolean
  /** The clinic's idle time-out. */
  idleMinutes: number
  /** Why no email can be sent, and since when. */
  emailOutage: { reason: OutageCode; since: string } | null
}

/** All that a page needs to know of who is asking; no row if the session has ended. */
export const liveSession = prepared((db, { clinicId, tokenHash }: { clinicId: Id; tokenHash: Buffer }) =>
  db
    .selectFrom('sessions')
    .leftJoin('users', (join) =>
      join
        .onRef('users.id', '=', 'sessions.userId')
        .onRef('users.clinicId', '=', 'sessions.clinicId')
        .on('users.deactivatedAt', 'is', null),
    )
    .leftJoin('clinics', 'clinics.id', 'users.clinicId')
    .select(['sessionId as stableId', 'signedInAt', 'secondStep', 'secondStepAt', 'sessions.userId'])
    .select(['data', 'ip', 'userAgent', 'firstName', 'lastName', 'email', 'role', 'isOwner'])
    .select(['isPractitioner', 'users.timeZone', 'users.id as foundUserId', 'secondStepSince', 'anywhere'])
    .select(['clinics.name as clinicName', 'country', 'idleMinutes', outageForBanner.as('emailOutage')])
    .select(sql<boolean>`last_seen_at < now() - make_interval(secs => ${LAST_SEEN_SECONDS})`.as('isStale'))
    .where('sessions.clinicId', '=', clinicId)
    .where('tokenHash', '=', tokenHash)
    .where(isAlive)
    .where(hasAccess),
)

const isAlive = sql<boolean>`
  ${isOpen} and ${hasNotEnded}
  and last_seen_at > now() - make_interval(mins => coalesce(idle_minutes, ${GUEST_IDLE_MINUTES}))
  and coalesce(signed_in_at, sessions.created_at) > now() - make_interval(hours => ${SESSION_MAX_HOURS})`

const hasAccess = isOpenOn(dayIn(sql.ref('clinics.timeZone')))
