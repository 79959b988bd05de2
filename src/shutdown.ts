import { setTimeout as delay } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'

/** Until then a load balancer may still send requests here. */
const BALANCER_NOTICES_MS = 3_000
const SWEEP_MS = 100
const IN_FLIGHT_MAX_MS = 10_000
const END_MAX_MS = 25_000
/** npm passes the terminal's Ctrl-C on, and so it comes twice. */
const SAME_SIGNAL_MS = 300

/** Answers what is in flight, and lets go of browsers that merely keep their connection open. */
export async function closeWithGrace(app: FastifyInstance): Promise<void> {
  app.drain()
  if (app.config.production) await delay(BALANCER_NOTICES_MS)
  const sweep = setInterval(() => app.server.closeIdleConnections(), SWEEP_MS)
  const deadline = setTimeout(() => app.server.closeAllConnections(), IN_FLIGHT_MAX_MS)
  try {
    await app.close()
  } finally {
    clearInterval(sweep)
    clearTimeout(deadline)
  }
}

/** Calls `end` once when the process is asked to go, or must; then exits. A second signal exits at once. */
export function whenAskedToEnd(end: () => Promise<void>, report: (error: unknown) => void): void {
  let asked = 0
  const finish = async (status: number) => {
    asked = Date.now()
    setTimeout(() => process.exit(1), END_MAX_MS).unref()
    await end().catch((error) => {
      report(error)
      status = 1
    })
    process.exit(status)
  }

  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (!asked) void finish(0)
      else if (Date.now() - asked > SAME_SIGNAL_MS) process.exit(1)
    })
  }
  process.on('uncaughtException', (error) => {
    report(error)
    if (!asked) void finish(1)
  })
}
