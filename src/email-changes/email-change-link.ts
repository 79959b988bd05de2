import { sql } from 'kysely'
import type { Database, Transaction } from '../database/database.ts'
import type { Id } from '../database/schema.ts'
import type { LinkPurpose, Links } from '../emails/links.ts'
import { linkIdOf, openedIdOf, tokenMatches } from '../emails/links.ts'
import { can } from '../roles/roles.ts'
import { fullName } from '../users/names.ts'

export type EmailChangeDetails = NonNullable<Awaited<ReturnType<typeof findEmailChange>>>

/** What a link refers to now; `early` while the old mailbox still has time to object. */
type EmailChangeState =
  | { state: 'open' | 'early'; change: EmailChangeDetails }
  | (LinkHelp & { state: 'used' | 'superseded' | 'withdrawn' | 'expired' })
  | { state: 'unknown' }

export type ClosedLink = Exclude<EmailChangeState, { change: unknown }>

/** Whom the person whose link it is can ask. */
export interface LinkHelp {
  requester: string
  isForAdministrator: boolean
}

export const CLOSED_STATUS_CODES = {
  unknown: 404,
  used: 410,
  superseded: 410,
  withdrawn: 410,
  expired: 410,
  early: 403,
} as const

export const readEmailChange = readerOf('email change')
export const readReplacement = readerOf('email replacement')
export const readReplacementStop = readerOf('email replacement stop')

function readerOf(purpose: LinkPurpose) {
  return async (db: Database, { clinicId, keys }: Links, token: string): Promise<EmailChangeState> => {
    const id = linkIdOf(token) ?? openedIdOf(token)
    const change = id && (await findEmailChange(db, { clinicId, id }))
    return change && tokenMatches(keys, purpose, change, token) ? stateOf(change) : { state: 'unknown' }
  }
}

export function helpFor(change: EmailChangeDetails): LinkHelp {
  const { requesterFirstName: firstName, requesterLastName: lastName } = change
  return { requester: fullName({ firstName, lastName }), isForAdministrator: can(change, 'users.edit') }
}

function stateOf(change: EmailChangeDetails): EmailChangeState {
  const help = helpFor(change)
  if (change.confirmedAt) return { state: 'used', ...help }
  if (change.hasNewer) return { state: 'superseded', ...help }
  if (change.withdrawnAt || change.deactivatedAt) return { state: 'withdrawn', ...help }
  if (change.isExpired) return { state: 'expired', ...help }
  return { state: change.isEarly ? 'early' : 'open', change }
}

export function findEmailChange(db: Database | Transaction, { clinicId, id }: { clinicId: Id; id: Id }) {
  return db
    .selectFrom('emailChanges')
    .innerJoin('users', (join) =>
      join
        .onRef('users.clinicId', '=', 'emailChanges.clinicId')
        .onRef('users.id', '=', 'emailChanges.userId'),
    )
    .innerJoin('users as requester', (join) =>
      join
        .onRef('requester.clinicId', '=', 'emailChanges.clinicId')
        .onRef('requester.id', '=', 'emailChanges.requestedBy'),
    )
    .innerJoin('clinics', 'clinics.id', 'emailChanges.clinicId')
    .selectAll('emailChanges')
    .select([
      'users.firstName',
      'users.lastName',
      'users.role',
      'users.timeZone',
      'users.deactivatedAt',
      'clinics.name as clinicName',
    ])
    .select(['requester.firstName as requesterFirstName', 'requester.lastName as requesterLastName'])
    .select(sql<boolean>`expires_at <= now()`.as('isExpired'))
    .select(sql<boolean>`coalesce(usable_from > now(), false)`.as('isEarly'))
    .select(
      sql<boolean>`exists (
        select from email_changes as newer
        where newer.clinic_id = email_changes.clinic_id
          and newer.user_id = email_changes.user_id and newer.id > email_changes.id
      )`.as('hasNewer'),
    )
    .where('emailChanges.clinicId', '=', clinicId)
    .where('emailChanges.id', '=', id)
    .executeTakeFirst()
}
