import { setTimeout as sleep } from 'node:timers/promises'

export interface Loop {
  /** Look at once: something was committed. */
  nudge(): void
  /** Stops claiming work and waits for the current item. */
  stop(): Promise<void>
}

export interface LoopOptions {
  log: { error(details: object, message: string): void }
  /** What the log says where the work fails as a whole. */
  failure: string
  pollMs?: number | undefined
}

const POLL_MS = 1_000
const STOP_WITHIN_MS = 10_000

/** Does what is to do, then looks again each second; several processes may run it. */
export function startLoop(work: (stopping: AbortSignal) => Promise<unknown>, options: LoopOptions): Loop {
  const stop = new AbortController()
  const bell = doorbell()
  const running = run(work, options, stop.signal, bell)
  return {
    nudge: bell.ring,
    async stop() {
      stop.abort()
      bell.ring()
      await Promise.race([running, sleep(STOP_WITHIN_MS, undefined, { ref: false })])
    },
  }
}

async function run(
  work: (stopping: AbortSignal) => Promise<unknown>,
  { log, failure, pollMs = POLL_MS }: LoopOptions,
  stopping: AbortSignal,
  bell: Doorbell,
): Promise<void> {
  let failing = false
  while (!stopping.aborted) {
    try {
      await work(stopping)
      failing = false
    } catch (error) {
      // Once for each outage: a database that is away for an hour is one line, not 3,600.
      if (!failing) log.error({ err: error }, failure)
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
