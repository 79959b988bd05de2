import { type Loop, startLoop } from '../polling-loop.ts'
import { log as said } from '../words/en/log.ts'
import { type DeliveryParts, deliverDueEmails } from './deliver.ts'
import { openMailer } from './mailer.ts'

/** Several processes may run it; each email is taken up by one of them. */
export function startOutbox(parts: Omit<DeliveryParts, 'stopping'>, pollMs?: number): Loop {
  const mailer = parts.mailer ?? openMailer(parts.config)
  const deliver = (stopping: AbortSignal) => deliverDueEmails({ ...parts, mailer, stopping })
  return startLoop(deliver, { log: parts.log, failure: said.outboxWorkerFailed, pollMs })
}
