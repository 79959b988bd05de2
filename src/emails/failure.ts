import type { Email, EmailFailure } from '../database/schema.ts'
import { type EmailFailureCode, emailFailures } from '../words/en/email-failures.ts'

export function failure(code: Exclude<EmailFailureCode, 'answered'>): EmailFailure {
  return { code }
}

/** The email tried until its link expired; says what stood in its way. */
export function expired(
  code: 'invitationExpired' | 'linkExpired',
  { failure: earlier }: Pick<Email, 'failure'>,
): EmailFailure {
  return earlier ? { code, earlier } : { code }
}

export function failureWords({ code, values = {}, earlier }: EmailFailure): string {
  const words = emailFailures[code]
  const said = typeof words === 'function' ? words(values as never) : words
  return earlier ? `${said} ${failureWords(earlier)}` : said
}
