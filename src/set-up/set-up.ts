import { createHmac, timingSafeEqual } from 'node:crypto'
import { sql } from 'kysely'
import { hasClinic } from '../clinics/clinics.ts'
import { countryOf } from '../clinics/time-zones.ts'
import type { Config } from '../config.ts'
import type { Database } from '../database/database.ts'
import type { User } from '../database/schema.ts'
import { recordEvent } from '../events/events.ts'
import { Refusal } from '../refusal.ts'
import { sortName } from '../users/names.ts'

interface FirstRun {
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

/** Creates the clinic and its first administrator, who owns it. */
export async function setUp(
  db: Database,
  from: { ip: string | null; userAgent: string | null },
  first: FirstRun,
): Promise<User> {
  return db.transaction().execute(async (trx) => {
    await sql`select pg_advisory_xact_lock(${SET_UP_LOCK})`.execute(trx)
    if (await hasClinic(trx)) throw new Refusal('form', 'alreadySetUp')

    const { clinicName, timeZone, firstName, lastName, email, passwordHash } = first
    const clinic = await trx
      .insertInto('clinics')
      .values({
        name: clinicName,
        label: labelFor(clinicName),
        country: countryOf(timeZone),
        timeZone,
      })
      .returning('id')
      .executeTakeFirstOrThrow()
    const person = {
      firstName,
      lastName,
      sortName: sortName(firstName, lastName),
      email,
      timeZone,
      passwordHash,
    }
    const user = await trx
      .insertInto('users')
      .values({
        clinicId: clinic.id,
        ...person,
        role: 'administrator',
        isOwner: true,
        isPractitioner: false,
        joinedAt: sql`now()`,
      })
      .returningAll()
      .executeTakeFirstOrThrow()
    const event = { action: 'clinic.created', subjectId: user.id, after: { clinicName, email } }
    await recordEvent(trx, { clinicId: clinic.id, userId: user.id, ...from }, event)
    return user
  })
}

function labelFor(clinicName: string): string {
  const label = clinicName
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
  return label.slice(0, 40) || 'clinic'
}
