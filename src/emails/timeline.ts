import type { Database } from '../database/database.ts'
import type { Email, User } from '../database/schema.ts'
import { type Dated, dated } from '../words/dates.ts'
import {
  BOUNCE_ADVICE,
  BOUNCE_WORDS,
  EMAIL_STATE_WORDS,
  type EmailState,
  emailStateOf,
  KIND_WORDS,
} from './email-words.ts'

/** More than anyone scrolls through; five a day fill it in a month. */
const TIMELINE_EMAILS = 150

export interface TimelineStep {
  state: EmailState
  words: string
  at: Dated
  why: string
}

/** Every email to a person, newest first, with its known steps. */
export async function emailTimeline(db: Database, user: Pick<User, 'id' | 'clinicId'>, timeZone: string) {
  const emails = await db
    .selectFrom('emails')
    .selectAll()
    .where('clinicId', '=', user.clinicId)
    .where('userId', '=', user.id)
    .orderBy('id', 'desc')
    .limit(TIMELINE_EMAILS)
    .execute()
  return emails.map((email) => ({
    kind: KIND_WORDS[email.kind],
    recipient: email.recipient,
    state: emailStateOf(email),
    words: EMAIL_STATE_WORDS[emailStateOf(email)],
    steps: stepsOf(email).map(
      ({ at, ...step }): TimelineStep => ({
        ...step,
        words: EMAIL_STATE_WORDS[step.state],
        at: dated(at, timeZone),
      }),
    ),
  }))
}

function stepsOf(email: Email): { state: EmailState; at: Date; why: string }[] {
  const { createdAt, sentAt, deliveredAt, bouncedAt, complainedAt, failedAt } = email
  const waits = sentAt || failedAt ? '' : (email.failure ?? '')
  const steps: [EmailState, Date | null, string][] = [
    ['queued', createdAt, waits && `${waits} It is tried again by itself.`],
    [email.messageId ? 'sent' : 'captured', sentAt, ''],
    ['delivered', deliveredAt, ''],
    ['bounced', bouncedAt, bounceWords(email)],
    ['complained', complainedAt, 'Mail to this address is no longer wanted. Ask for another address.'],
    [email.failureCode === 'unwanted' ? 'unwanted' : 'failed', failedAt, failureWords(email)],
  ]
  const [queued, ...rest] = steps.flatMap(([state, at, why]) => (at ? [{ state, at, why }] : []))
  return [...(queued ? [queued] : []), ...rest.sort(byTime)]
}

// Within a minute, keep the order of the steps: two clocks never agree to the second.
function byTime(one: { at: Date }, other: { at: Date }): number {
  const apart = one.at.getTime() - other.at.getTime()
  return Math.abs(apart) < 60_000 ? 0 : apart
}

function bounceWords({ bounceReason, bounceIsFinal }: Email): string {
  const reason = bounceReason ?? 'unknown'
  const advice = bounceIsFinal ? 'Ask for another address and correct it.' : BOUNCE_ADVICE[reason]
  return `${BOUNCE_WORDS[reason]} ${advice}`
}

function failureWords({ failure, failureCode }: Email): string {
  if (failureCode === 'unwanted') return failure ?? ''
  const advice = failureCode === 'blocked' ? 'Correct the address.' : 'Check the address, then send again.'
  return `${failure ?? ''} ${advice}`.trim()
}
