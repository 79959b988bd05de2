import type { Database } from '../database/database.ts'
import { prepared } from '../database/prepared.ts'
import type { Email, User } from '../database/schema.ts'
import { type Dated, dated } from '../words/dates.ts'
import { emailStates as words } from '../words/en/email-states.ts'
import { type EmailState, emailStateOf } from './email-states.ts'
import { failureWords } from './failure.ts'

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
  const emails = await emailsTo(db, user)
  return emails.map((email) => ({
    kind: words.kinds[email.kind],
    recipient: email.recipient,
    state: emailStateOf(email),
    words: words.states[emailStateOf(email)],
    steps: stepsOf(email).map(
      ({ at, ...step }): TimelineStep => ({
        ...step,
        words: words.states[step.state],
        at: dated(at, timeZone),
      }),
    ),
  }))
}

const emailsTo = prepared((db, { clinicId, id }: Pick<User, 'id' | 'clinicId'>) =>
  db
    .selectFrom('emails')
    .selectAll()
    .where('clinicId', '=', clinicId)
    .where('userId', '=', id)
    .orderBy('id', 'desc')
    .limit(TIMELINE_EMAILS),
)

function stepsOf(email: Email): { state: EmailState; at: Date; why: string }[] {
  const { createdAt, sentAt, deliveredAt, bouncedAt, complainedAt, failedAt } = email
  const waits = !sentAt && !failedAt && email.failure ? failureWords(email.failure) : ''
  const steps: [EmailState, Date | null, string][] = [
    ['queued', createdAt, waits && words.retried({ why: waits })],
    [email.messageId ? 'sent' : 'captured', sentAt, ''],
    ['delivered', deliveredAt, ''],
    ['bounced', bouncedAt, bounceWords(email)],
    ['complained', complainedAt, words.complained],
    [email.failureKind === 'unwanted' ? 'unwanted' : 'failed', failedAt, whyFailed(email)],
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
  const advice = bounceIsFinal ? words.askForAnother : words.advice[reason]
  return `${words.bounces[reason]} ${advice}`
}

function whyFailed({ failure, failureKind }: Email): string {
  const why = failure ? failureWords(failure) : ''
  if (failureKind === 'unwanted') return why
  const advice = failureKind === 'blocked' ? words.correctEmail : words.checkEmail
  return `${why} ${advice}`.trim()
}
