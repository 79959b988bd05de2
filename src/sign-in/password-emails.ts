import type { Config } from '../config.ts'
import type { Database } from '../database/database.ts'
import type { Email, EmailFailure, LockReason } from '../database/schema.ts'
import { composeEmail } from '../emails/compose.ts'
import { expired, failure } from '../emails/failure.ts'
import { linkPath } from '../emails/links.ts'
import type { Message } from '../emails/message.ts'
import { plainWords } from '../emails/plain-words.ts'
import { FAILURES_MAX } from '../sessions/throttling.ts'
import { formatClock, formatMoment } from '../words/dates.ts'
import { words } from '../words/en.ts'
import { findReset, RESET_VALID_MINUTES } from './password-resets.ts'

const { emails, passwordEmails: said } = words

const ADVICE: Record<LockReason, string> = {
  ...{ delayed: said.guessed, closed: said.guessed, verification: said.hadDevice },
  codes: said.knowsPassword,
}

export async function passwordResetEmail(
  db: Database,
  config: Config,
  email: Email,
  origin: string,
): Promise<Message | null> {
  const reset = await resetOf(db, email)
  if (!reset) return null
  const { requesterFirstName, requesterLastName } = reset
  const where = { email: reset.email, clinic: plainWords(reset.clinicName) }
  const requester = requesterFirstName && plainWords(`${requesterFirstName} ${requesterLastName}`)
  const until = formatClock(reset.expiresAt, reset.timeZone)
  return composeEmail(config, email, {
    ...{ clinicName: reset.clinicName, firstName: reset.firstName, subject: emails.subjects.newPassword },
    blocks: [
      { text: requester ? said.sentBy({ requester, ...where }) : said.requested(where) },
      { button: said.button, url: origin + linkPath(config, 'password reset', reset) },
      { text: said.once({ minutes: RESET_VALID_MINUTES, until }) },
      requester
        ? { aside: emails.unexpected, text: said.askThem({ requester }) }
        : { aside: emails.unrequested, text: said.stays },
    ],
  })
}

/** Why the link is no longer needed; null if it is. */
export async function passwordResetEmailUnwanted(db: Database, email: Email): Promise<EmailFailure | null> {
  const reset = await resetOf(db, email)
  if (!reset) return failure('requestGone')
  if (reset.usedAt) return failure('passwordChosen')
  if (!reset.isCurrent) return failure('accountChanged')
  if (reset.isExpired) return expired('linkExpired', email)
  return null
}

export async function passwordChangedEmail(
  db: Database,
  config: Config,
  email: Email,
  origin: string,
): Promise<Message | null> {
  const user = await recipientOf(db, email)
  if (!user) return null
  return composeEmail(config, email, {
    ...{ ...user, subject: emails.subjects.passwordChanged },
    blocks: [
      { text: said.changed(happened(user, email)) },
      { text: said.wasYou },
      { aside: emails.wasNotYou, text: said.changeNow, url: forgotUrl(origin) },
    ],
  })
}

export async function accountLockedEmail(
  db: Database,
  config: Config,
  email: Email,
  origin: string,
): Promise<Message | null> {
  const user = await recipientOf(db, email)
  const reason = email.lockReason
  if (!user || !reason) return null
  return composeEmail(config, email, {
    ...{ ...user, subject: emails.subjects.accountLocked },
    blocks: [
      { text: said.locked[reason]({ ...happened(user, email), failures: FAILURES_MAX }) },
      { text: reason === 'closed' ? said.choose : said.forgotten, url: forgotUrl(origin) },
      { aside: emails.wasNotYou, text: ADVICE[reason] },
      { text: said.onceADay, isQuiet: true },
    ],
  })
}

type Recipient = NonNullable<Awaited<ReturnType<typeof recipientOf>>>

function happened({ clinicName, timeZone }: Recipient, { recipient, createdAt }: Email) {
  return { email: recipient, clinic: plainWords(clinicName), moment: formatMoment(createdAt, timeZone) }
}

function forgotUrl(origin: string): string {
  return `${origin}/forgot-password`
}

function recipientOf(db: Database, { clinicId, userId }: Email) {
  return db
    .selectFrom('users')
    .innerJoin('clinics', 'clinics.id', 'users.clinicId')
    .select(['firstName', 'users.timeZone', 'clinics.name as clinicName'])
    .where('users.clinicId', '=', clinicId)
    .where('users.id', '=', userId)
    .executeTakeFirst()
}

function resetOf(db: Database, { clinicId, passwordResetId: id }: Email) {
  return id && findReset(db, { clinicId, id })
}
