import { sql } from 'kysely'
import type { Config } from '../config.ts'
import type { Database } from '../database/database.ts'
import type { Email, EmailKind } from '../database/schema.ts'
import { log as said } from '../words/en/log.ts'
import { blockEmail, blockOf, freeEmail } from './blocked-emails.ts'
import { claimDueEmails, claimProbe, LEASE_SECONDS } from './claim-emails.ts'
import { failure } from './failure.ts'
import { openMailer } from './mailer.ts'
import type { KindOfEmail, Log, Mailer, Outcome } from './message.ts'
import { endOutage, noteOutage, probeAgain } from './outage.ts'
import { recordOutcome } from './outbox.ts'

export interface DeliveryParts {
  db: Database
  config: Config
  kinds: Record<EmailKind, KindOfEmail>
  log: Log
  mailer?: Mailer
  /** Once it says so, nothing more is taken up. */
  stopping?: AbortSignal
}

const AT_ONCE = 4

/** One sweep: everything that is due, a few at once. Answers how many were taken up. */
export async function deliverDueEmails(parts: DeliveryParts): Promise<number> {
  const mailer = parts.mailer ?? openMailer(parts.config)
  let count = 0
  while (!parts.stopping?.aborted) {
    const due = await claimDueEmails(parts.db, AT_ONCE)
    const emails = due.length > 0 ? due : await claimProbe(parts.db)
    if (emails.length === 0) break
    await Promise.all(emails.map((email) => deliver({ ...parts, mailer }, email)))
    count += emails.length
  }
  return count
}

async function deliver(parts: DeliveryParts & { mailer: Mailer }, email: Email): Promise<void> {
  const details = { emailId: email.id, clinicId: email.clinicId, attempt: email.attempts }
  try {
    const outcome = await attempt(parts, email)
    // Record the send first, so a failure in `learn` can't cause a resend.
    if (outcome.state !== 'sent') await learn(parts.db, email, outcome)
    const recorded = await recordOutcome(parts.db, email, outcome)
    report(parts.log, { ...details, recorded }, outcome)
    if (outcome.state === 'sent') await learn(parts.db, email, outcome)
  } catch (error) {
    parts.log.error({ ...details, err: error }, said.email.failed)
  }
}

async function attempt(parts: DeliveryParts & { mailer: Mailer }, email: Email): Promise<Outcome> {
  const emailKind = parts.kinds[email.kind]
  const unwanted = await emailKind.unwanted(parts.db, email)
  if (unwanted) return { state: 'unwanted', failure: unwanted }
  const message = await emailKind.write(parts.db, parts.config, email)
  if (!message) return { state: 'unwanted', failure: failure('nothingToSay') }
  return parts.mailer(email.id, message)
}

/** What an answer says beyond its own email: about the address, and about whether any email can leave. */
async function learn(db: Database, email: Email, outcome: Outcome): Promise<void> {
  const { recipient, leasedUntil } = email
  if (outcome.state === 'configuration') await noteOutage(db, outcome.outage)
  else if (outcome.state === 'permanent' || outcome.state === 'unwanted') {
    await probeAgain(db)
    if (outcome.state === 'permanent' && outcome.blocked && !(await blockOf(db, recipient)))
      await blockEmail(db, recipient, 'refused', new Date())
  } else if (outcome.state === 'sent' && outcome.messageId) {
    await endOutage(db)
    // A bounce may have been reported meanwhile; what was accepted before it proves nothing.
    if (await blockOf(db, recipient))
      await freeEmail(
        db,
        recipient,
        sql`${leasedUntil}::timestamptz - make_interval(secs => ${LEASE_SECONDS})`,
      )
  }
}

function report(log: Log, details: object, outcome: Outcome): void {
  if (outcome.state === 'sent') log.info({ ...details, messageId: outcome.messageId }, said.email.sent)
  else if (outcome.state === 'configuration') {
    log.error({ ...details, reason: outcome.outage }, said.email.outage)
  } else log.warn({ ...details, reason: outcome.failure, state: outcome.state }, said.email.notSent)
}
