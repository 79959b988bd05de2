import { createHmac } from 'node:crypto'
import bcrypt from 'bcrypt'
import type { Keys } from '../config/keys.ts'

const COST = 12
const MAX_AT_ONCE = 2
const MAX_WAITING = 20
/** A hash is `v2:PEPPER:BCRYPT`. Those of the first version, `v1:BCRYPT`, do not say with which pepper they were made. */
const STORED = /^(?:v1|v2:([\w-]{8})):(\$2b\$\d\d\$[./A-Za-z0-9]{53})$/

export interface Passwords {
  /** The form to store: version, pepper, cost and salt included. @throws {Busy} */
  hash(password: string): Promise<string>
  /** Takes equally long for null, the hash of nobody and of people who have not joined. @throws {Busy} */
  verify(password: string, hash: string | null): Promise<boolean>
  /** Whether one that was just verified was made with an old pepper, another cost or in an older version. */
  needsRehash(hash: string): boolean
}

/** More people are signing in at this moment than the machine can hash for. */
export class Busy extends Error {
  readonly statusCode = 503
}

/** @param options.cost lower in tests only */
export function createPasswords(peppers: Keys, options: { cost?: number } = {}): Passwords {
  const cost = String(options.cost ?? COST).padStart(2, '0')
  const unmatchable = `$2b$${cost}$${'.'.repeat(53)}`
  const inTurn = createTurns()
  const prefix = `v2:${pepperId(peppers[0])}:`

  /** One comparison for each pepper, whatever is stored, so that the time says nothing. */
  async function matchesAny(password: string, hash: string | null): Promise<boolean> {
    const [, id, bare = unmatchable] = STORED.exec(hash ?? '') ?? []
    let matches = false
    for (const pepper of peppers) {
      const isOf = bare !== unmatchable && (id === undefined || id === pepperId(pepper))
      const isRight = await bcrypt.compare(digest(pepper, password), isOf ? bare : unmatchable)
      matches ||= isOf && isRight
    }
    return matches
  }

  return {
    hash: (password) =>
      inTurn(async () => prefix + (await bcrypt.hash(digest(peppers[0], password), Number(cost)))),
    verify: (password, hash) => inTurn(() => matchesAny(password, hash)),
    needsRehash: (hash) => !hash.startsWith(`${prefix}$2b$${cost}$`),
  }
}

/** Names a pepper without giving it away. */
export function pepperId(pepper: Buffer): string {
  return createHmac('sha256', pepper).update('id').digest('base64url').slice(0, 8)
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
