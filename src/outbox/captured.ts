import { sql } from 'kysely'
import type { Database } from '../database/database.ts'
import type { Email, Id } from '../database/schema.ts'
import { failureWords } from '../emails/failure.ts'
import { formatMoment } from '../words/dates.ts'
import { outbox as said } from '../words/en/outbox.ts'

const EMAILS_PER_PAGE = 50

export type CapturedEmail = Email & { timeZone: string }

/** A clinic's email, newest first; only if none is sent. */
export async function listEmails(
  db: Database,
  clinicId: Id,
  before?: Id,
): Promise<{ emails: CapturedEmail[]; older: Id | null }> {
  const rows = await captured(db, clinicId)
    .$if(before !== undefined, (query) => query.where('emails.id', '<', before as Id))
    .orderBy('emails.id', 'desc')
    .limit(EMAILS_PER_PAGE + 1)
    .execute()
  const emails = rows.slice(0, EMAILS_PER_PAGE)
  return { emails, older: rows.length > EMAILS_PER_PAGE ? (emails.at(-1)?.id ?? null) : null }
}

export function findEmail(db: Database, clinicId: Id, id: Id): Promise<CapturedEmail | undefined> {
  return captured(db, clinicId).where('emails.id', '=', id).executeTakeFirst()
}

/** Its status and time. */
export function deliveryWords(email: CapturedEmail): string {
  const why = email.failure ? failureWords(email.failure) : ''
  const at = (date: Date) => formatMoment(date, email.timeZone)
  if (email.failedAt) return said.notSent({ at: at(email.failedAt), why })
  if (email.sentAt) return said.sent({ state: email.messageId ? 'sent' : 'captured', at: at(email.sentAt) })
  if (email.attempts === 0) return said.sent({ state: 'queued', at: at(email.createdAt) })
  return said.tried({ times: email.attempts, next: at(email.nextAttemptAt), why })
}

/** The text is written again from its data, which isn't kept forever. */
export function hasText(email: Email): boolean {
  const { kind, invitationId, invitationRequestId, passwordResetId, emailChangeId, lockReason } = email
  const { clinicInvitationId, finderRequestId } = email
  const speaksOf = [
    ...[invitationId, invitationRequestId, passwordResetId, emailChangeId, lockReason],
    ...[clinicInvitationId, finderRequestId],
  ]
  return kind === 'password changed' || speaksOf.some((one) => one !== null)
}

function captured(db: Database, clinicId: Id) {
  return db
    .selectFrom('emails')
    .leftJoin('clinics', 'clinics.id', 'emails.clinicId')
    .selectAll('emails')
    .select(sql<string>`coalesce(clinics.time_zone, 'UTC')`.as('timeZone'))
    .where('emails.clinicId', '=', clinicId)
}
