import type { FastifyInstance } from 'fastify'
import type { Config } from '../../src/config.ts'
import type { Email } from '../../src/database/schema.ts'
import { metadataOf } from '../../src/emails/metadata.ts'

export const WEBHOOK_PASSWORD = 'k7Qm2Zx9Lw4Tt8Rb1Nc6Vd3Hf5Jg0SpA'

type Fields = Record<string, unknown>

const STREAM = { ServerID: 23, MessageStream: 'outbound' }

/** Reports about one email, as Postmark words them. */
export function reportsOf(config: Config, email: Pick<Email, 'id' | 'recipient'>, messageId: string) {
  const about = { ...STREAM, MessageID: messageId, Metadata: metadataOf(config, email.id) }
  const bounce = { ...about, ID: 42, Email: email.recipient, From: 'hello@frontdesk.example', Subject: 'x' }
  return {
    delivery: (at: string): Fields => ({
      ...about,
      RecordType: 'Delivery',
      Recipient: email.recipient,
      DeliveredAt: at,
      Details: '250 ok',
    }),
    hardBounce: (at: string): Fields => ({
      ...bounce,
      RecordType: 'Bounce',
      Type: 'HardBounce',
      TypeCode: 1,
      BouncedAt: at,
      Inactive: true,
      CanActivate: true,
      Description: 'The server was unable to deliver your message',
      Details: 'smtp;550 5.1.1 The email account that you tried to reach does not exist.',
    }),
    softBounce: (at: string): Fields => ({
      ...bounce,
      RecordType: 'Bounce',
      Type: 'SoftBounce',
      TypeCode: 4096,
      BouncedAt: at,
      Inactive: false,
      Details: 'smtp;552 5.2.2 mailbox full',
    }),
    complaint: (at: string): Fields => ({
      ...bounce,
      RecordType: 'SpamComplaint',
      Type: 'SpamComplaint',
      TypeCode: 100001,
      BouncedAt: at,
      Inactive: true,
    }),
    suppression: (at: string, SuppressSending = true): Fields => ({
      ...about,
      RecordType: 'SubscriptionChange',
      Recipient: email.recipient,
      Origin: 'Recipient',
      SuppressSending,
      SuppressionReason: SuppressSending ? 'HardBounce' : null,
      ChangedAt: at,
    }),
  }
}

export async function report(
  app: FastifyInstance,
  body: unknown,
  { password = WEBHOOK_PASSWORD as string | null, user = 'postmark', headers = {} } = {},
) {
  const credentials = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`
  return app.inject({
    method: 'POST',
    url: '/webhooks/postmark',
    headers: {
      host: new URL(app.config.publicUrl).host,
      'content-type': 'application/json',
      'user-agent': 'Postmark',
      ...(password !== null && { authorization: credentials }),
      ...headers,
    },
    payload: typeof body === 'string' ? body : JSON.stringify(body),
  })
}
