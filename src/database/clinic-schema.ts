import type { Generated, GeneratedAlways } from 'kysely'
import type { CreatedAt, Id } from './columns.ts'
import type { TwoStepRule } from './second-step-schema.ts'

export type Role =
  | 'administrator'
  | 'power receptionist'
  | 'receptionist'
  | 'scheduler'
  | 'bookkeeper'
  | 'practitioner'

export interface ClinicsTable {
  id: GeneratedAlways<Id>
  name: string
  label: string
  /** ISO 3166, such as AU. Phone numbers without a country code belong to it. */
  country: string
  timeZone: string
  /** Sessions end after this long without a request; 15 to 720. */
  idleMinutes: Generated<number>
  /** Who needs a second step to sign in, and the day from which they do. */
  twoStep: Generated<TwoStepRule>
  twoStepFrom: Generated<string | null>
  /** How long a browser can skip the code; 0 for never. */
  rememberDays: Generated<number>
  /** Whoever has one of them uses Frontdesk only from the clinic's networks. */
  limitedRoles: Generated<Role[]>
  /** Active and invited people, kept by triggers on users. */
  practitioners: GeneratedAlways<number>
  administrative: GeneratedAlways<number>
  createdAt: CreatedAt
}

export interface ClinicNetworksTable {
  clinicId: Id
  /** With its length, such as 203.0.113.0/24. */
  network: string
  label: string
}
