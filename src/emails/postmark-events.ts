import type { BlockReason, BounceReason } from '../database/schema.ts'

/** What we use of Postmark's reports. */
export type EmailEvent = { messageId: string | null; recipient: string; metadata: unknown; at: Date } & (
  | { type: 'delivered' }
  | { type: 'complained' }
  | { type: 'bounced'; reason: BounceReason; isFinal: boolean; blocks: boolean }
  | { type: 'blocked'; reason: BlockReason }
  | { type: 'freed' }
)

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i
const EMAIL = /^[\x21-\x7e]{3,254}$/
const EARLIEST = new Date('2020-01-01T00:00:00Z')
const STREAM = 'outbound'

/** Not bounces: someone is on holiday, or replies. */
const NO_BOUNCES = new Set(['AutoResponder', 'Subscribe', 'Unsubscribe', 'AddressChange', 'OpenRelayTest'])

const REASONS: Record<string, BounceReason> = {
  HardBounce: 'no mailbox',
  BadEmailAddress: 'no mailbox',
  DnsError: 'no domain',
  SpamNotification: 'taken for spam',
  VirusNotification: 'refused',
  ChallengeVerification: 'refused',
  Blocked: 'refused',
  DMARCPolicy: 'refused',
  Transient: 'not reached',
}

const FINAL = new Set(['HardBounce', 'BadEmailAddress', 'ManuallyDeactivated'])

/** Null for reports that we don't use, and for malformed ones. */
export function readEvent(body: unknown): EmailEvent | null {
  const fields = (typeof body === 'object' && body !== null ? body : {}) as Record<string, unknown>
  const recipient = fields.Recipient ?? fields.Email
  const at = new Date(String(fields.DeliveredAt ?? fields.BouncedAt ?? fields.ChangedAt))
  if (typeof recipient !== 'string' || !EMAIL.test(recipient) || !(at >= EARLIEST)) return null
  if (fields.MessageStream !== undefined && fields.MessageStream !== STREAM) return null
  const messageId =
    typeof fields.MessageID === 'string' && UUID.test(fields.MessageID) ? fields.MessageID : null
  const about = { messageId: messageId?.toLowerCase() ?? null, recipient, metadata: fields.Metadata, at }
  const event = typedEvent(fields)
  return event && ({ ...about, ...event } as EmailEvent)
}

function typedEvent(fields: Record<string, unknown>) {
  const { RecordType, Type, SuppressSending, SuppressionReason } = fields
  if (RecordType === 'Delivery') return { type: 'delivered' }
  if (RecordType === 'SpamComplaint' || (RecordType === 'Bounce' && Type === 'SpamComplaint'))
    return { type: 'complained' }
  if (RecordType === 'Bounce') return bounce(fields)
  if (RecordType !== 'SubscriptionChange') return null
  if (SuppressSending === false) return { type: 'freed' }
  return SuppressSending === true ? { type: 'blocked', reason: blockReason(SuppressionReason) } : null
}

function bounce({ Type, Inactive, Details, Description }: Record<string, unknown>) {
  const type = typeof Type === 'string' ? Type : ''
  if (!type || NO_BOUNCES.has(type)) return null
  const blocks = Inactive === true
  const reason =
    saidByServer(`${Details ?? ''} ${Description ?? ''}`.slice(0, 2_000)) ?? REASONS[type] ?? 'unknown'
  return { type: 'bounced', reason, isFinal: blocks || FINAL.has(type), blocks }
}

/** Mail servers give a code (RFC 3463), and most a word, which say more than the type. */
function saidByServer(text: string): BounceReason | null {
  if (/\b[45]\.2\.2\b|mailbox (is )?full|over ?quota|quota exceeded|out of storage/i.test(text))
    return 'mailbox full'
  if (/\b5\.1\.1\b|user unknown|no such user|mailbox (not found|unavailable)|does not exist/i.test(text))
    return 'no mailbox'
  if (/\b5\.1\.2\b|domain not found|\bNXDOMAIN\b/i.test(text)) return 'no domain'
  return null
}

function blockReason(reason: unknown): BlockReason {
  if (reason === 'HardBounce') return 'bounce'
  return reason === 'SpamComplaint' ? 'complaint' : 'other'
}
