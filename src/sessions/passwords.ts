import { createHmac } from 'node:crypto'
import bcrypt from 'bcrypt'

const COST = 12
const MAX_AT_ONCE = 2
const MAX_WAITING = 20
const VERSION = 'v1:'

export interface Passwords {
  /** The form to store: version, cost and salt included. @throws {Busy} */
  hash(password: string): Promise<string>
  /** Takes equally long for null, the hash of nobody and of people who have not joined. @throws {Busy} */
  verify(password: string, hash: string | null): Promise<boolean>
}

/** More people are signing in at this moment than the machine can hash for. */
export class Busy extends Error {}

/** @param options.cost lower in tests only */
export function createPasswords(pepper: Buffer, options: { cost?: number } = {}): Passwords {
  const cost = options.cost ?? COST
  const unmatchable = `$2b$${String(cost).padStart(2, '0')}$${'.'.repeat(53)}`
  const inTurn = createTurns()

  return {
    hash: (password) => inTurn(async () => VERSION + (await bcrypt.hash(digest(pepper, password), cost))),
    verify: (password, hash) =>
      inTurn(async () => {
        const isKnown = hash?.startsWith(VERSION) ?? false
        const stored = hash && isKnown ? hash.slice(VERSION.length) : unmatchable
        const matches = await bcrypt.compare(digest(pepper, password), stored)
        return matches && isKnown
      }),
  }
}

/** 64 characters whatever the length: bcrypt alone ignores what follows the 72nd byte. */
function digest(pepper: Buffer, password: string): string {
  return createHmac('sha384', pepper).update(password.normalize('NFC')).digest('base64')
}

// Hashing runs on the threads that also read files and look up names; some are left to them.
function createTurns(): <Result>(work: () => Promise<Result>) => Promise<Result> {
  const waiting: (() => void)[] = []
  let running = 0

  return async (work) => {
    if (running < MAX_AT_ONCE) running++
    else if (waiting.length < MAX_WAITING) await new Promise<void>((resolve) => waiting.push(resolve))
    else throw new Busy('too many passwords to hash')
    try {
      return await work()
    } finally {
      const next = waiting.shift()
      if (next) next()
      else running--
    }
  }
}
