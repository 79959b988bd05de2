import type { Config } from '../config.ts'
import type { Database } from '../database/database.ts'
import type { Email, EmailFailure, Id } from '../database/schema.ts'
import type { OutageCode } from '../words/en/email-failures.ts'

/** One email to one recipient, with the same content as HTML and plain text. */
export interface Message {
  from: string
  to: string
  replyTo: string
  subject: string
  html: string
  text: string
}

/**
 * What became of one attempt. `retry` includes every unknown outcome: twice the same link is harmless, no link is not.
 * `configuration` is ours to mend, not the recipient's fault, so the email waits for it.
 * `unwanted` was never handed over. `blocked` says that nothing else to that address would be taken either.
 */
export type Outcome =
  | { state: 'sent'; messageId: string | null }
  | { state: 'permanent'; failure: EmailFailure; blocked?: boolean }
  | { state: 'retry' | 'unwanted'; failure: EmailFailure }
  | { state: 'configuration'; outage: OutageCode }

/** Never throws, and always settles. */
export type Mailer = (emailId: Id, message: Message) => Promise<Outcome>

export interface Log {
  info(details: object, message: string): void
  warn(details: object, message: string): void
  error(details: object, message: string): void
}

/** How a kind of email is written, and when it's no longer needed. */
export interface KindOfEmail {
  /** Null if there's nothing to write about. */
  write(db: Database, config: Config, email: Email): Promise<Message | null>
  /** Why it's no longer needed; null if it is. */
  unwanted(db: Database, email: Email): Promise<EmailFailure | null>
}
