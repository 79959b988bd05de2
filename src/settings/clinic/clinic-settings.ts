import countriesAndTimezones from 'countries-and-timezones'
import type { Database, Transaction } from '../../database/database.ts'
import type { Clinic, User } from '../../database/schema.ts'
import { type ActingUser, recordEvent } from '../../events/events.ts'
import { Refusal } from '../../refusal.ts'
import { lockActor } from '../../roles/acting-user.ts'
import { can } from '../../roles/roles.ts'
import { countryName } from '../../words/countries.ts'
import { clinic } from '../../words/en/clinic.ts'

interface ClinicSettings {
  name: string
  country: string
  timeZone: string
  /** Left out for people who can't set it. */
  idleMinutes?: number
}

/** The form's choices; the database allows 15 minutes to 12 hours. */
export const IDLE_CHOICES: readonly { minutes: number; words: string }[] = [
  15, 30, 60, 120, 240, 480, 720,
].map((minutes) => ({ minutes, words: clinic.minutes(minutes) }))

/** ISO 3166 codes with their English names, by name. */
export const COUNTRIES: readonly { code: string; name: string }[] = Object.keys(
  countriesAndTimezones.getAllCountries(),
)
  .map((code) => ({ code, name: countryName(code) }))
  .sort((a, b) => a.name.localeCompare(b.name, 'en'))

/** Someone sent a session time-out without having the right to. */
export class SecurityReserved extends Refusal {
  constructor() {
    super('idleMinutes', 'securityReserved')
  }
}

/** @param verifiedIn the signed form in which the password was verified, or null */
export async function saveClinicSettings(
  db: Database,
  actor: ActingUser,
  settings: ClinicSettings,
  verifiedIn: string | null,
): Promise<void> {
  await db.transaction().execute(async (trx) => {
    const acting = await lockActor(trx, actor, 'clinic.settings')
    const before = await lockClinic(trx, acting)
    const changed = (Object.keys(settings) as (keyof ClinicSettings)[]).filter(
      (key) => before[key] !== settings[key],
    )
    if (changed.length === 0) return
    if (changed.includes('idleMinutes')) {
      if (!can(acting, 'clinic.security')) throw new SecurityReserved()
      if (!verifiedIn) throw new Refusal('form', 'idleNeedsPassword')
    }
    await trx.updateTable('clinics').set(settings).where('id', '=', actor.clinicId).execute()
    const pick = (from: ClinicSettings) => Object.fromEntries(changed.map((key) => [key, from[key]]))
    await recordEvent(trx, actor, { action: 'clinic.changed', before: pick(before), after: pick(settings) })
  })
}

/** Locked, so that if two people save at once, the second sees the first one's change. */
function lockClinic(trx: Transaction, { clinicId }: User): Promise<Clinic> {
  const locked = trx.selectFrom('clinics').selectAll().where('id', '=', clinicId).forNoKeyUpdate()
  return locked.executeTakeFirstOrThrow()
}
