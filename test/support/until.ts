import { setTimeout as delay } from 'node:timers/promises'
import type { Scope } from './scope.ts'

const WITHIN_MS = 30_000
const EVERY_MS = 20

interface Patience {
  /** Milliseconds, after which it is given up. */
  within?: number
  /** Milliseconds between two looks. */
  every?: number
}

/** Looks again and again until there is something to see. @throws what it waited for, when that takes too long */
export async function until<Seen>(
  what: string,
  look: () => Seen | Promise<Seen>,
  { within = WITHIN_MS, every = EVERY_MS }: Patience = {},
): Promise<NonNullable<Seen>> {
  const end = performance.now() + within
  while (performance.now() < end) {
    const seen = await inTime(what, Promise.resolve(look()), { within: end - performance.now() })
    if (seen) return seen
    await delay(every)
  }
  throw new TooLate(what, within)
}

/** For what tells by itself when it is done. @throws what it waited for, when that takes too long */
export async function inTime<Done>(
  what: string,
  work: Promise<Done>,
  { within = WITHIN_MS }: Patience = {},
): Promise<Done> {
  const done = new AbortController()
  const late = delay(within, undefined, { signal: done.signal }).then(() =>
    Promise.reject(new TooLate(what, within)),
  )
  return Promise.race([work, late]).finally(() => done.abort())
}

/** Does the same over and over in the background, until it is told to stop or the test ends. */
export function overAndOver(t: Scope, work: (nth: number) => Promise<unknown>): () => Promise<void> {
  let isOver = false
  const working = (async () => {
    for (let nth = 0; !isOver; nth++) await work(nth)
  })()
  working.catch(() => {})
  t.teardown(() => {
    isOver = true
  })
  return () => {
    isOver = true
    return inTime('what was done over and over to stop', working)
  }
}

export class TooLate extends Error {
  constructor(what: string, within: number) {
    super(`Waited ${Math.round(within)} ms in vain: ${what}`)
  }
}
