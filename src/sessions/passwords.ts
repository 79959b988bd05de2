import { createHmac } from 'node:crypto'
import bcrypt from 'bcrypt'
import type { Keys } from '../config/keys.ts'

const COST = 12
const MAX_AT_ONCE = 2
const MAX_WAITING = 20
/** A hash is `v2:PEPPER:BCRYPT`. The first version, `v1:BCRYPT`, doesn't name its pepper. */
const STORED = /^(?:v1|v2:([\w-]{8})):(\$2b\$\d\d\$[./A-Za-z0-9]{53})$/

export interface Passwords {
  /** What to store, including version, pepper, cost and salt. @throws {Busy} */
  hash(password: string): Promise<string>
  /** Takes just as long for null, the hash of unknown people and of those who haven't joined. @throws {Busy} */
  verify(password: string, hash: string | null): Promise<boolean>
  /** Whether a hash has an old pepper, cost or version. */
  needsRehash(hash: string): boolean
}

/** More people are signing in right now than the machine can hash for. */
export class Busy extends Error {
  readonly statusCode = 503
}

/** @param options.cost lower in tests only */
export function createPasswords(peppers: Keys, options: { cost?: number } = {}): Passwords {
  const cost = String(options.cost ?? COST).padStart(2, '0')
  const unmatchable = `$2b$${cost}$${'.'.repeat(53)}`
  const inTurn = createTurns()
  const prefix = `v2:${pepperId(peppers[0])}:`

  /** Always one comparison per pepper, so that timing reveals nothing. */
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

/** Identifies a pepper without revealing it. */
export function pepperId(pepper: Buffer): string {
  return createHmac('sha256', pepper).update('id').digest('base64url').slice(0, 8)
}

/** Always 64 characters: bcrypt alone ignores everything after byte 72. */
function digest(pepper: Buffer, password: string): string {
  return createHmac('sha384', pepper).update(password.normalize('NFC')).digest('base64')
}

// Hashing uses the threads that also read files and resolve names, so leave some free.
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
