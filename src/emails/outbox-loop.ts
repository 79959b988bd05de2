import { setTimeout as sleep } from 'node:timers/promises'
import { type DeliveryParts, deliverDueEmails } from './deliver.ts'
import { openMailer } from './mailer.ts'

export interface Outbox {
  /** Look at once: something was committed. */
  nudge(): void
  /** Takes up nothing more, and waits for what is in hand. */
  stop(): Promise<void>
}

const POLL_MS = 1_000
const STOP_WITHIN_MS = 10_000

/** Several processes may run it; each e-mail is taken up by one of them. */
export function startOutbox(parts: Omit<DeliveryParts, 'stopping'>, pollMs = POLL_MS): Outbox {
  const stop = new AbortController()
  const mailer = parts.mailer ?? openMailer(parts.config)
  const bell = doorbell()
  const running = run({ ...parts, mailer, stopping: stop.signal }, bell, pollMs)
  return {
    nudge: bell.ring,
    async stop() {
      stop.abort()
      bell.ring()
      await Promise.race([running, sleep(STOP_WITHIN_MS, undefined, { ref: false })])
    },
  }
}

async function run(parts: DeliveryParts, bell: Doorbell, pollMs: number): Promise<void> {
  let failing = false
  while (!parts.stopping?.aborted) {
    try {
      await deliverDueEmails(parts)
      failing = false
    } catch (error) {
      // Once for each outage: a database that is away for an hour is one line, not 3,600.
      if (!failing) parts.log.error({ err: error }, 'The outbox cannot be read')
      failing = true
    }
    await bell.wait(pollMs)
  }
}

interface Doorbell {
  ring(): void
  wait(ms: number): Promise<void>
}

// Remembers a ring that came while nobody was waiting, so that no nudge is lost during a sweep.
function doorbell(): Doorbell {
  let rung = false
  let open = () => {}
  return {
    ring() {
      rung = true
      open()
    },
    async wait(ms) {
      if (!rung) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, ms)
          open = () => {
            clearTimeout(timer)
            resolve()
          }
        })
      }
      rung = false
    },
  }
}
