import type { Config } from '../config.ts'
import type { Database } from '../database/database.ts'
import type { Email, Id } from '../database/schema.ts'

/** One email as it leaves: to one recipient, the same content as HTML and as plain text. */
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
  | { state: 'permanent' | 'retry' | 'configuration' | 'unwanted'; reason: string; blocked?: boolean }

/** Never throws, and always answers in the end. */
export type Mailer = (emailId: Id, message: Message) => Promise<Outcome>

export interface Log {
  info(details: object, message: string): void
  warn(details: object, message: string): void
  error(details: object, message: string): void
}

/** Who writes a kind of email, and when it is no longer wanted. */
export interface KindOfEmail {
  /** Null where there is nothing to write about. */
  write(db: Database, config: Config, email: Email): Promise<Message | null>
  /** Why it must not leave any more, in plain words; null where it may. */
  unwanted(db: Database, email: Email): Promise<string | null>
}
