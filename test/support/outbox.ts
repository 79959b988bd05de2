import { EMAIL_KINDS } from '../../src/email-kinds.ts'
import * as emails from '../../src/emails/deliver.ts'
import * as outbox from '../../src/emails/outbox-loop.ts'
import { asApp } from './isolation.ts'

type Parts = Omit<emails.DeliveryParts, 'kinds'>

/** The outbox with every kind of email that there is. */
export const deliverDueEmails = (parts: Parts) =>
  emails.deliverDueEmails({ ...guarded(parts), kinds: EMAIL_KINDS })

export const startOutbox = (parts: Parts, pollMs?: number) =>
  outbox.startOutbox({ ...guarded(parts), kinds: EMAIL_KINDS }, pollMs)

const guarded = (parts: Parts): Parts => ({ ...parts, db: asApp(parts.db) })
