import { sql } from 'kysely'
import type { Config } from '../config.ts'
import { acrossClinics } from '../database/clinic-guard.ts'
import { INSTALLATION } from '../database/columns.ts'
import type { Database, Transaction } from '../database/database.ts'
import type { Email } from '../database/schema.ts'
import { blockEmail, freeEmail } from './blocked-emails.ts'
import { emailIdIn } from './metadata.ts'
import { keepNeedsAttention } from './needs-attention.ts'
import type { EmailEvent } from './postmark-events.ts'

/**
 * Notes what Postmark reports about an email of ours. Each fact only ever moves to what every order of the same reports
 * ends in, so that they may come twice, late and in any order. False where it is not about one of ours.
 */
export function noteEmailEvent(db: Database, config: Config, event: EmailEvent): Promise<boolean> {
  return db.transaction().execute(async (transaction) => {
    const trx = acrossClinics(transaction, 'a report knows the email, not whose it is')
    if (event.type === 'blocked' || event.type === 'freed') return noteSubscription(trx, event)
    const email = await ownEmail(trx, config, event)
    if (!email) return false
    await trx.updateTable('emails').set(factsOf(event)).where('id', '=', email.id).execute()
    const { clinicId, userId } = email
    if (clinicId !== INSTALLATION) await keepNeedsAttention(trx, { clinicId, id: userId })
    if (event.type === 'complained') await blockEmail(trx, event.recipient, 'complaint', event.at)
    if (event.type === 'bounced' && event.blocks) await blockEmail(trx, event.recipient, 'bounce', event.at)
    return true
  })
}

async function noteSubscription(
  trx: Transaction,
  event: EmailEvent & { type: 'blocked' | 'freed' },
): Promise<boolean> {
  const isKnown = await trx
    .selectFrom('emails')
    .select('id')
    .where(sql`lower(recipient)`, '=', event.recipient.toLowerCase())
    .limit(1)
    .executeTakeFirst()
  if (!isKnown) return false
  if (event.type === 'blocked') await blockEmail(trx, event.recipient, event.reason, event.at)
  else await freeEmail(trx, event.recipient, event.at)
  return true
}

type OwnEmail = Pick<Email, 'id' | 'clinicId' | 'userId'>

/** By message id or, before that is committed here, by its metadata, which also proves that it was sent. */
async function ownEmail(trx: Transaction, config: Config, event: EmailEvent): Promise<OwnEmail | null> {
  if (!event.messageId) return null
  const isTo = sql<boolean>`lower(recipient) = ${event.recipient.toLowerCase()}`
  const known = trx.selectFrom('emails').select(['id', 'clinicId', 'userId', isTo.as('isTo')])
  const email = await known.where('messageId', '=', event.messageId).executeTakeFirst()
  if (email) return email.isTo ? email : null
  const id = emailIdIn(config, event.metadata)
  if (!id) return null
  const sent = await trx
    .updateTable('emails')
    .set({ messageId: event.messageId, sentAt: sql<Date>`coalesce(sent_at, now())` })
    .set({ failedAt: null, failure: null, failureKind: null, leasedUntil: null })
    .where('id', '=', id)
    .where(isTo)
    .where('attempts', '>', 0)
    .where((eb) => eb.or([eb('messageId', 'is', null), eb('messageId', '=', event.messageId)]))
    .returning(['id', 'clinicId', 'userId'])
    .executeTakeFirst()
  return sent ?? null
}

function factsOf(event: EmailEvent & { type: 'delivered' | 'complained' | 'bounced' }) {
  // Never ahead of our own clock.
  const at = sql<Date>`least(${event.at}::timestamptz, now())`
  if (event.type === 'delivered') return { deliveredAt: sql<Date>`least(delivered_at, ${at})` }
  if (event.type === 'complained') return { complainedAt: sql<Date>`least(complained_at, ${at})` }
  // Among several bounces, the first permanent one counts.
  const isBetter = sql`(bounced_at is null or (not ${event.isFinal}, ${at}, ${event.reason}::text)
    < (not bounce_is_final, bounced_at, bounce_reason))`
  return {
    bouncedAt: sql<Date>`case when ${isBetter} then ${at} else bounced_at end`,
    bounceReason: sql<never>`case when ${isBetter} then ${event.reason}::text else bounce_reason end`,
    bounceIsFinal: sql<boolean>`bounce_is_final or ${event.isFinal}`,
  }
}
