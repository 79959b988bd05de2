import { setTimeout as pause } from 'node:timers/promises'
import { sql } from 'kysely'
import { formatMoment } from '../clinics/dates.ts'
import type { Config } from '../config.ts'
import type { Database, Transaction } from '../database/database.ts'
import type { Email, Id, LockReason } from '../database/schema.ts'
import type { Message } from '../emails/message.ts'
import { queueEmail } from '../emails/outbox.ts'
import { plainWords } from '../emails/plain-words.ts'
import { renderEmail } from '../emails/render.ts'
import { FAILURES_MAX } from './throttling.ts'

/** Longer than the work takes for anybody, so that its length does not tell whether there is an account. */
const ANSWER_AFTER_MS = 250

/**
 * Tells the owner of an account that wrong passwords were typed for it, if there is one; whoever typed them learns
 * nothing of it. Strangers can cause it, so each reason is told at most once a day.
 */
export async function tellLocked(
  db: Database,
  user: { clinicId: Id; id: Id } | null,
  reason: LockReason,
): Promise<void> {
  const told = db.transaction().execute(async (trx) => user && tellOnce(trx, user, reason))
  await Promise.all([told, pause(ANSWER_AFTER_MS)])
}

async function tellOnce(
  trx: Transaction,
  { clinicId, id: userId }: { clinicId: Id; id: Id },
  reason: LockReason,
): Promise<void> {
  const person = trx
    .selectFrom('users')
    .select('email')
    .where('clinicId', '=', clinicId)
    .where('id', '=', userId)
    .where('joinedAt', 'is not', null)
    .where('deactivatedAt', 'is', null)
    .forNoKeyUpdate()
  const active = await person.executeTakeFirst()
  if (!active || (await wasTold(trx, userId, clinicId, reason))) return
  const mail = { clinicId, userId, recipient: active.email, lockReason: reason }
  await queueEmail(trx, { ...mail, kind: 'account locked' })
}

async function wasTold(trx: Transaction, userId: Id, clinicId: Id, reason: LockReason): Promise<boolean> {
  const told = trx
    .selectFrom('emails')
    .select('id')
    .where('clinicId', '=', clinicId)
    .where('userId', '=', userId)
    .where('lockReason', '=', reason)
    .where('createdAt', '>', sql<Date>`now() - interval '1 day'`)
  return (await told.limit(1).executeTakeFirst()) !== undefined
}

const SUBJECT = 'Incorrect passwords for your Frontdesk account'

export async function accountLockedEmail(
  db: Database,
  config: Config,
  email: Email,
): Promise<Message | null> {
  const user = await db
    .selectFrom('users')
    .innerJoin('clinics', 'clinics.id', 'users.clinicId')
    .select(['firstName', 'users.timeZone', 'clinics.name as clinic'])
    .where('users.clinicId', '=', email.clinicId)
    .where('users.id', '=', email.userId)
    .executeTakeFirst()
  if (!user || !email.lockReason) return null
  const words = renderEmail('account-locked', {
    subject: SUBJECT,
    firstName: plainWords(user.firstName),
    clinic: plainWords(user.clinic),
    email: email.recipient,
    reason: email.lockReason,
    failuresMax: FAILURES_MAX,
    at: formatMoment(email.createdAt, user.timeZone),
    forgotUrl: `${config.publicUrl}/forgot-password`,
  })
  return { to: email.recipient, replyTo: config.mailFrom, subject: SUBJECT, ...words }
}
