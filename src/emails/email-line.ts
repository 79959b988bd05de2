import { sql } from 'kysely'
import type { BounceReason } from '../database/schema.ts'
import { formatShort } from '../words/dates.ts'
import { emailStates as words } from '../words/en/email-states.ts'
import { type EmailState, emailStateOf, type EmailFacts as Facts, isTrouble } from './email-states.ts'

/** As PostgreSQL writes them into JSON. */
export type EmailFacts = {
  [Fact in keyof Facts]: Facts[Fact] extends Date | null ? string | null : Facts[Fact]
} & {
  createdAt: string
  bounceReason: BounceReason | null
}

/** Shown beside a person in a list if it matters: the latest email to them. */
export const newestEmail = sql<EmailFacts | null>`
  case when deactivated_at is null and (joined_at is null or needs_attention) then (
    select jsonb_build_object('createdAt', created_at, 'sentAt', sent_at, 'messageId', message_id,
      'failedAt', failed_at, 'failureKind', failure_kind, 'deliveredAt', delivered_at, 'bouncedAt', bounced_at,
      'bounceReason', bounce_reason, 'bounceIsFinal', bounce_is_final, 'complainedAt', complained_at)
    from emails where emails.clinic_id = users.clinic_id and emails.user_id = users.id
    order by emails.id desc limit 1)
  end`

/** Such as “Bounced 24 Nov, 2:30 pm. The mailbox is full.” */
export function emailLine(facts: EmailFacts, timeZone: string): { words: string; isTrouble: boolean } {
  const state = emailStateOf(facts as unknown as Facts)
  const at = formatShort(new Date(momentOf(facts, state)), timeZone)
  const why = state === 'bounced' && facts.bounceReason ? `. ${words.bounces[facts.bounceReason]}` : ''
  return { words: `${words.states[state]} ${at}${why}`, isTrouble: isTrouble(state) }
}

function momentOf(facts: EmailFacts, state: EmailState): string {
  const moments: Record<EmailState, string | null> = {
    queued: facts.createdAt,
    sent: facts.sentAt,
    captured: facts.sentAt,
    delivered: facts.deliveredAt,
    bounced: facts.bouncedAt,
    complained: facts.complainedAt,
    failed: facts.failedAt,
    unwanted: facts.failedAt,
  }
  return moments[state] ?? facts.createdAt
}
