import { sql } from 'kysely'
import { acrossClinics } from '../database/clinic-guard.ts'
import type { Transaction } from '../database/database.ts'
import type { Clinic, Id } from '../database/schema.ts'
import { giveLabel, LABEL_MAX_LENGTH, reserveLabel, suggestedLabel } from './labels.ts'
import { countryOf } from './time-zones.ts'

const USUAL_USERS_MAX = 500
const USUAL_INVITATIONS_DAILY_MAX = 100
/** What a clinic can do until the operator raises it, where anyone's clinic can be. */
export const USUAL_LIMITS = {
  usersMax: USUAL_USERS_MAX,
  invitationsDailyMax: USUAL_INVITATIONS_DAILY_MAX,
}

interface NewClinic extends Partial<Pick<Clinic, 'usersMax' | 'invitationsDailyMax'>> {
  name: string
  timeZone: string
  /** Made of the name if left out. */
  label?: string
}

/** @throws {Refusal} where another clinic has the label, or had it less than a year ago */
export async function createClinic(trx: Transaction, { label, ...clinic }: NewClinic): Promise<Id> {
  const chosen = label ?? (await freeLabel(trx, clinic.name))
  await reserveLabel(trx, chosen)
  const { id } = await trx
    .insertInto('clinics')
    .values({ ...clinic, label: chosen, country: countryOf(clinic.timeZone) })
    .returning('id')
    .executeTakeFirstOrThrow()
  await giveLabel(trx, id, chosen)
  return id
}

/** Numbered where the name itself is taken. */
async function freeLabel(trx: Transaction, name: string): Promise<string> {
  const suggested = suggestedLabel(name)
  const { taken } = await acrossClinics(trx, 'a label is one clinic’s alone')
    .selectFrom('labels')
    .select(sql<string[]>`coalesce(array_agg(label), '{}')`.as('taken'))
    .where('label', 'like', `${suggested}%`)
    .executeTakeFirstOrThrow()
  let label = suggested
  for (let number = 2; taken.includes(label); number++)
    label = `${suggested.slice(0, LABEL_MAX_LENGTH - 4)}-${number}`
  return label
}
