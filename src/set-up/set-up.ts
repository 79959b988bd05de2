import { createHmac, timingSafeEqual } from 'node:crypto'
import { sql } from 'kysely'
import { hasClinic } from '../clinics/clinics.ts'
import { createClinic } from '../clinics/create-clinic.ts'
import type { Config } from '../config.ts'
import type { Database, Transaction } from '../database/database.ts'
import type { User } from '../database/schema.ts'
import { recordEvent } from '../events/events.ts'
import { Refusal } from '../refusal.ts'
import { sortName } from '../users/names.ts'

type From = { ip: string | null; userAgent: string | null }

export interface FirstRun {
  clinicName: string
  timeZone: string
  firstName: string
  lastName: string
  email: string
  passwordHash: string
}

/** If two first runs happen at once, the second finds the clinic created. */
const SET_UP_LOCK = 7_274_001

/** The code in the printed link, useless once a clinic exists. */
export function setupCode(config: Config): string {
  return codeOf(config.keys.setup[0])
}

function codeOf(key: Buffer): string {
  return createHmac('sha256', key).update('first run').digest('base64url').slice(0, 32)
}

export function isSetupCode(config: Config, given: string): boolean {
  const candidate = Buffer.from(given)
  return config.keys.setup.some((key) => {
    const right = Buffer.from(codeOf(key))
    return candidate.length === right.length && timingSafeEqual(candidate, right)
  })
}

/** Creates the only clinic and its first administrator, who owns it. */
export async function setUp(db: Database, from: From, first: FirstRun): Promise<User> {
  return db.transaction().execute(async (trx) => {
    await sql`select pg_advisory_xact_lock(${SET_UP_LOCK})`.execute(trx)
    if (await hasClinic(trx)) throw new Refusal('form', 'alreadySetUp')
    return createOwned(trx, from, first)
  })
}

/** A clinic and whoever owns it, in the transaction of whoever lets them. */
export async function createOwned(
  trx: Transaction,
  from: From,
  {
    clinic: limits,
    ...first
  }: FirstRun & { clinic?: Omit<Parameters<typeof createClinic>[1], 'name' | 'timeZone'> },
): Promise<User> {
  const { clinicName, timeZone, firstName, lastName, email, passwordHash } = first
  const clinicId = await createClinic(trx, { name: clinicName, timeZone, ...limits })
  const person = {
    ...{ firstName, lastName, sortName: sortName(firstName, lastName) },
    ...{ email, timeZone, passwordHash },
  }
  const user = await trx
    .insertInto('users')
    .values({
      clinicId,
      ...person,
      role: 'administrator',
      isOwner: true,
      isPractitioner: false,
      joinedAt: sql`now()`,
    })
    .returningAll()
    .executeTakeFirstOrThrow()
  const event = { action: 'clinic.created', subjectId: user.id, after: { clinicName, email } }
  await recordEvent(trx, { clinicId, userId: user.id, ...from }, event)
  return user
}
