import { EMAIL_KINDS } from '../../src/email-kinds.ts'
import * as emails from '../../src/emails/deliver.ts'
import * as outbox from '../../src/emails/outbox-loop.ts'

type Parts = Omit<emails.DeliveryParts, 'kinds'>

/** The outbox with every kind of email that there is. */
export const deliverDueEmails = (parts: Parts) => emails.deliverDueEmails({ ...parts, kinds: EMAIL_KINDS })

export const startOutbox = (parts: Parts, pollMs?: number) =>
  outbox.startOutbox({ ...parts, kinds: EMAIL_KINDS }, pollMs)
