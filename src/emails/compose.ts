import type { Config } from '../config.ts'
import type { Email } from '../database/schema.ts'
import { words } from '../words/en.ts'
import type { Message } from './message.ts'
import { plainWords } from './plain-words.ts'
import { type Block, renderEmail } from './render.ts'
import { senderOf, shownName } from './shown-name.ts'

/** What an email says, before it is laid out. */
export interface EmailContent {
  /** Left out where the installation itself writes, perhaps to someone we know nothing of. */
  clinicName?: string
  firstName?: string
  /** `plain` if nothing in the clinic's name is safe to show. */
  subject: { named: (values: { clinic: string }) => string; plain: string }
  /** An address of ours if left out. */
  replyTo?: string
  blocks: Block[]
}

/** People know their clinic, not Frontdesk: the sender and the subject name it. */
export function composeEmail(
  { mailFrom }: Config,
  { recipient }: Email,
  { clinicName = '', firstName, subject: { named, plain }, replyTo = mailFrom, blocks }: EmailContent,
): Message {
  const clinic = shownName(clinicName)
  const subject = clinic ? named({ clinic }) : plain
  const { greeting: greet, greetingToAnyone } = words.emails
  const greeting = firstName === undefined ? greetingToAnyone : greet({ firstName: plainWords(firstName) })
  const { html, text } = renderEmail({ subject, greeting, blocks })
  return { from: senderOf(mailFrom, clinic), to: recipient, replyTo, subject, html, text }
}
