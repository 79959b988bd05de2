import type { Config } from '../config.ts'
import type { Mailer } from './message.ts'
import { postmarkMailer } from './postmark.ts'

/** Whether email stays here, to be read at /outbox. */
export function capturesEmail(config: Config): boolean {
  return !config.postmarkServerToken
}

export function openMailer(config: Config): Mailer {
  return capturesEmail(config) ? async () => ({ state: 'sent', messageId: null }) : postmarkMailer(config)
}
