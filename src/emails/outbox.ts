import { sql } from 'kysely'
import { INSTALLATION } from '../database/columns.ts'
import type { Database, Transaction } from '../database/database.ts'
import type { Email, EmailKind, Id, LockReason, SecondStepChange } from '../database/schema.ts'
import { failure } from './failure.ts'
import type { Outcome } from './message.ts'
import { keepNeedsAttention } from './needs-attention.ts'

interface NewEmail {
  clinicId: Id
  userId: Id | null
  kind: EmailKind
  recipient: string
  invitationId?: Id
  passwordResetId?: Id
  invitationRequestId?: Id
  emailChangeId?: Id
  accessReminderId?: Id
  lockReason?: LockReason
  secondStepLinkId?: Id
  secondStepChange?: SecondStepChange
  aboutUserId?: Id
  clinicInvitationId?: Id
  finderRequestId?: Id
}

const TURNS_APART_SECONDS = 10
const [BLOCKED, UNWANTED] = ['blocked', 'unwanted'] as const

/** Takes a transaction, so that an email is sent only if the change it's about is committed. */
export async function queueEmail(trx: Transaction, email: NewEmail): Promise<void> {
  const turnAt = email.kind === 'invitation' ? turnOf(email) : sql<Date>`now()`
  await trx
    .insertInto('emails')
    .values({ ...email, turnAt })
    .execute()
}

/** The invitations of one clinic keep a distance, and all else goes between them: also its own reset links. Alone, they don't wait. */
function turnOf({ clinicId }: NewEmail) {
  return sql<Date>`greatest(now(), (
    select max(turn_at) + make_interval(secs => ${TURNS_APART_SECONDS}) from emails
    where clinic_id = ${clinicId} and kind = 'invitation' and sent_at is null and failed_at is null))`
}

/** False if another worker has re-claimed it. */
export async function recordOutcome(db: Database, email: Email, outcome: Outcome): Promise<boolean> {
  const { clinicId, userId } = email
  return db.transaction().execute(async (trx) => {
    const { numUpdatedRows } = await trx
      .updateTable('emails')
      .set({ leasedUntil: null, ...changes(outcome) })
      .where('clinicId', '=', clinicId)
      .where('id', '=', email.id)
      .where('attempts', '=', email.attempts)
      .where('sentAt', 'is', null)
      .where('failedAt', 'is', null)
      .executeTakeFirst()
    if (numUpdatedRows === 0n) return false
    if (clinicId !== INSTALLATION) await keepNeedsAttention(trx, { clinicId, id: userId })
    return true
  })
}

function changes(outcome: Outcome) {
  const now = sql<Date>`now()`
  if (outcome.state === 'sent') return { sentAt: now, messageId: outcome.messageId, failure: null }
  if (outcome.state === 'permanent')
    return { failedAt: now, failure: outcome.failure, failureKind: outcome.blocked ? BLOCKED : null }
  if (outcome.state === 'unwanted') return { failedAt: now, failure: outcome.failure, failureKind: UNWANTED }
  // Not attempted, so don't count it.
  if (outcome.state === 'configuration')
    return { failure: failure(outcome.outage), nextAttemptAt: now, attempts: sql<number>`attempts - 1` }
  return { failure: outcome.failure }
}
