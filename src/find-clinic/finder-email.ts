import type { Config } from '../config.ts'
import type { Database } from '../database/database.ts'
import type { Email, EmailFailure } from '../database/schema.ts'
import { composeEmail } from '../emails/compose.ts'
import { expired, failure } from '../emails/failure.ts'
import { linkPath } from '../emails/links.ts'
import type { Message } from '../emails/message.ts'
import { plainWords } from '../emails/plain-words.ts'
import { words } from '../words/en.ts'
import { clinicsOf, FINDER_LINK_HOURS, findFinderRequest } from './finder.ts'

const { emails, findClinic: said } = words

/** The list as it is when the email is written. */
export async function clinicsFoundEmail(
  db: Database,
  config: Config,
  email: Email,
  origin: string,
): Promise<Message | null> {
  const request = await findFinderRequest(db, email.finderRequestId)
  if (!request) return null
  const clinics = await clinicsOf(db, config, email.recipient)
  const listed = clinics.map(({ name, url }) => ({ text: `${plainWords(name)}:`, url }))
  const keep = {
    text: said.email.keep({ hours: FINDER_LINK_HOURS }),
    url: origin + linkPath(config, 'mailbox', request),
  }
  return composeEmail(config, email, {
    subject: emails.subjects.clinicsFound,
    blocks: [
      { text: clinics.length > 0 ? said.email.found : said.email.none },
      ...listed,
      ...(clinics.length > 0 ? [keep] : []),
      { aside: emails.unrequested, text: said.email.ignore },
    ],
  })
}

export async function clinicsFoundUnwanted(db: Database, email: Email): Promise<EmailFailure | null> {
  const request = await findFinderRequest(db, email.finderRequestId)
  if (!request) return failure('requestGone')
  return request.isRecent ? null : expired('linkExpired', email)
}
