import type { Config } from '../config.ts'
import type { Database } from '../database/database.ts'
import type { Email, EmailFailure } from '../database/schema.ts'
import { composeEmail } from '../emails/compose.ts'
import { expired, failure } from '../emails/failure.ts'
import { linkPath } from '../emails/links.ts'
import type { Message } from '../emails/message.ts'
import { plainWords } from '../emails/plain-words.ts'
import { formatMoment } from '../words/dates.ts'
import { deviceWords } from '../words/devices.ts'
import { words } from '../words/en.ts'
import { findSetUpLink, SET_UP_LINK_HOURS } from './second-step-links.ts'

const { emails, twoStepEmails: said } = words

export async function secondStepChangedEmail(
  db: Database,
  config: Config,
  email: Email,
  origin: string,
): Promise<Message | null> {
  const user = await recipientOf(db, email)
  const change = email.secondStepChange
  if (!user || !change) return null
  return composeEmail(config, email, {
    ...{ ...user, subject: emails.subjects.secondStepChanged },
    blocks: [
      { text: said.changed[change](happened(user, email)) },
      { text: words.passwordEmails.wasYou },
      { aside: emails.wasNotYou, text: said.notYou, url: `${origin}/forgot-password` },
    ],
  })
}

export async function secondStepLinkEmail(
  db: Database,
  config: Config,
  email: Email,
  origin: string,
): Promise<Message | null> {
  const link = await linkOf(db, email)
  if (!link) return null
  const until = formatMoment(link.expiresAt, link.timeZone)
  return composeEmail(config, email, {
    ...{ clinicName: link.clinicName, firstName: link.firstName, subject: emails.subjects.secondStepLink },
    blocks: [
      { text: said.link[link.reason]({ clinic: plainWords(link.clinicName) }) },
      { button: said.link.button, url: origin + linkPath(config, 'second step', link) },
      { text: said.link.once({ hours: SET_UP_LINK_HOURS, until }) },
      { aside: emails.unexpected, text: said.link.unexpected },
    ],
  })
}

/** Why the link is no longer needed; null if it is. */
export async function secondStepLinkUnwanted(db: Database, email: Email): Promise<EmailFailure | null> {
  const link = await linkOf(db, email)
  if (!link) return failure('requestGone')
  if (link.usedAt || !link.isCurrent) return failure('accountChanged')
  return link.isExpired ? expired('linkExpired', email) : null
}

export async function newBrowserEmail(
  db: Database,
  config: Config,
  email: Email,
  origin: string,
): Promise<Message | null> {
  const user = await recipientOf(db, email)
  if (!user) return null
  const browser = db
    .selectFrom('knownBrowsers')
    .select('userAgent')
    .where('clinicId', '=', email.clinicId)
    .where('userId', '=', email.userId)
    .where('createdAt', '<=', email.createdAt)
  const latest = await browser.orderBy('createdAt', 'desc').limit(1).executeTakeFirst()
  return composeEmail(config, email, {
    ...{ ...user, subject: emails.subjects.newBrowser },
    blocks: [
      { text: said.browser({ ...happened(user, email), device: deviceWords(latest?.userAgent ?? null) }) },
      { text: words.passwordEmails.wasYou },
      { aside: emails.wasNotYou, text: said.notYou, url: `${origin}/forgot-password` },
    ],
  })
}

type Recipient = NonNullable<Awaited<ReturnType<typeof recipientOf>>>

function happened({ clinicName, timeZone }: Recipient, { recipient, createdAt }: Email) {
  return { email: recipient, clinic: plainWords(clinicName), moment: formatMoment(createdAt, timeZone) }
}

/** Of an email, as it is written to them. */
export function recipientOf(db: Database, { clinicId, userId }: Email) {
  return db
    .selectFrom('users')
    .innerJoin('clinics', 'clinics.id', 'users.clinicId')
    .select(['firstName', 'users.timeZone', 'clinics.name as clinicName'])
    .where('users.clinicId', '=', clinicId)
    .where('users.id', '=', userId)
    .executeTakeFirst()
}

function linkOf(db: Database, { clinicId, secondStepLinkId: id }: Email) {
  return id && findSetUpLink(db, { clinicId, id })
}
