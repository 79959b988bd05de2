import countriesAndTimezones from 'countries-and-timezones'
import type { Database } from '../database/database.ts'
import { type Actor, recordEvent } from '../events/events.ts'
import { findAccount } from './accounts.ts'

export interface ClinicSettings {
  name: string
  country: string
  timeZone: string
  idleMinutes: number
}

/** The choices of the form; the database holds 15 minutes to 12 hours. */
export const IDLE_CHOICES: readonly { minutes: number; words: string }[] = [
  { minutes: 15, words: '15 minutes' },
  { minutes: 30, words: '30 minutes' },
  { minutes: 60, words: '1 hour' },
  { minutes: 120, words: '2 hours' },
  { minutes: 240, words: '4 hours' },
  { minutes: 480, words: '8 hours' },
  { minutes: 720, words: '12 hours' },
]

const countryNames = new Intl.DisplayNames('en', { type: 'region' })

/** ISO 3166 codes with their English names, by name. */
export const COUNTRIES: readonly { code: string; name: string }[] = Object.keys(
  countriesAndTimezones.getAllCountries(),
)
  .map((code) => ({ code, name: countryNames.of(code) ?? code }))
  .sort((a, b) => a.name.localeCompare(b.name, 'en'))

export async function saveClinicSettings(
  db: Database,
  actor: Actor,
  settings: ClinicSettings,
): Promise<void> {
  await db.transaction().execute(async (trx) => {
    const { name, country, timeZone, idleMinutes } = await findAccount(trx, actor.accountId)
    const before: ClinicSettings = { name, country, timeZone, idleMinutes }
    const changed = (Object.keys(settings) as (keyof ClinicSettings)[]).filter(
      (key) => before[key] !== settings[key],
    )
    if (changed.length === 0) return
    await trx.updateTable('accounts').set(settings).where('id', '=', actor.accountId).execute()
    const pick = (from: ClinicSettings) => Object.fromEntries(changed.map((key) => [key, from[key]]))
    await recordEvent(trx, actor, { action: 'clinic.changed', before: pick(before), after: pick(settings) })
  })
}
