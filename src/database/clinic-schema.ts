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
  /** Since when, and why, whoever runs the installation lets nobody in. */
  suspendedAt: Date | null
  suspendReason: string | null
  /** When everything of it is deleted; null unless an owner has closed it. */
  closesAt: Date | null
  /** How many days before that its owners were last told. */
  closingToldDays: number | null
  /** Set by whoever runs the installation; null for no limit. */
  usersMax: number | null
  invitationsDailyMax: number | null
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

/** Every label in use, and the old ones, which still lead to their clinic. */
export interface LabelsTable {
  label: string
  /** Null once the clinic is gone. */
  givenTo: Id | null
  replacedAt: Date | null
}

/** Lets somebody set up a clinic of their own. */
export interface ClinicInvitationsTable {
  id: GeneratedAlways<Id>
  email: string
  nonce: Buffer
  createdAt: CreatedAt
  expiresAt: Date
  usedAt: Date | null
  /** Of the clinic that came of it. */
  madeLabel: string | null
}

/** Somebody asked in which clinics an address has an account. */
export interface FinderRequestsTable {
  id: GeneratedAlways<Id>
  email: string
  nonce: Buffer
  createdAt: CreatedAt
}

export interface ClosedClinicsTable {
  id: Id
  createdAt: Date
  closedAt: Generated<Date>
  users: number
  events: Id
}
