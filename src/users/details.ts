import { createHash } from 'node:crypto'
import type { Database, Transaction } from '../database/database.ts'
import type { User } from '../database/schema.ts'
import type { Role } from '../roles/roles.ts'
import {
  byName,
  DATE_FIELDS,
  type DateField,
  OWN_TEXT_FIELDS,
  type OwnTextField,
  TEXT_FIELDS,
  type TextField,
} from '../words/user-fields.ts'
import { sortName } from './names.ts'
import type { PhoneEntry } from './phone-form.ts'
import { changeUser, phoneNumbersOf } from './users.ts'

/** What people say about themselves. */
export interface OwnDetails extends Record<OwnTextField, string | null> {
  firstName: string
  lastName: string
  phoneNumbers: PhoneEntry[]
  timeZone: string
}

/** What the clinic says about them. */
export interface Details extends OwnDetails, Record<TextField | DateField, string | null> {
  role: Role
  isPractitioner: boolean
}

/** Version hash for optimistic locking. */
export function versionOf(details: OwnDetails): string {
  const keys = Object.keys(details).sort() as (keyof OwnDetails)[]
  return createHash('sha256')
    .update(JSON.stringify(recordable(details, keys)))
    .digest('base64url')
}

export async function readDetails(db: Database | Transaction, user: User): Promise<Details> {
  return { ...detailsOf(user), phoneNumbers: await phoneNumbersOf(db, user) }
}

export async function readOwnDetails(db: Database | Transaction, user: User): Promise<OwnDetails> {
  const { firstName, lastName, timeZone } = user
  const phoneNumbers = await phoneNumbersOf(db, user)
  return { ...byName(OWN_TEXT_FIELDS, (name) => user[name]), firstName, lastName, phoneNumbers, timeZone }
}

export function detailsOf(user: User): Omit<Details, 'phoneNumbers'> {
  const { firstName, lastName, timeZone, role, isPractitioner } = user
  const lines = byName([...TEXT_FIELDS, ...DATE_FIELDS], (name) => user[name])
  return { ...lines, firstName, lastName, timeZone, role, isPractitioner }
}

export function changedKeys<Some extends OwnDetails>(before: Some, after: Some): (keyof Some)[] {
  const keys = Object.keys(after) as (keyof Some)[]
  return keys.filter((key) => asText(before[key]) !== asText(after[key]))
}

/** As recorded in the audit log. */
export function recordable<Some extends OwnDetails>(details: Some, keys: (keyof Some)[]) {
  return Object.fromEntries(keys.map((key) => [key, asText(details[key])]))
}

export async function saveDetails(
  trx: Transaction,
  user: User,
  { phoneNumbers, ...details }: OwnDetails,
): Promise<void> {
  await changeUser(trx, user, { ...details, sortName: sortName(details.firstName, details.lastName) })
  await savePhones(trx, user, phoneNumbers)
}

async function savePhones(
  trx: Transaction,
  { clinicId, id: userId }: Pick<User, 'clinicId' | 'id'>,
  phones: PhoneEntry[],
): Promise<void> {
  await trx.deleteFrom('phoneNumbers').where('clinicId', '=', clinicId).where('userId', '=', userId).execute()
  await insertPhones(trx, { clinicId, id: userId }, phones)
}

export async function insertPhones(
  trx: Transaction,
  { clinicId, id: userId }: Pick<User, 'clinicId' | 'id'>,
  phones: PhoneEntry[],
): Promise<void> {
  // One by one, to keep the form's order.
  for (const { type, number } of phones)
    await trx.insertInto('phoneNumbers').values({ clinicId, userId, type, number }).execute()
}

function asText(value: unknown): unknown {
  if (!Array.isArray(value)) return value
  return (value as PhoneEntry[]).map(({ type, number }) => `${type} ${number}`).join(', ') || null
}
