import type { ColumnType, Generated, GeneratedAlways, Insertable, Selectable } from 'kysely'
import type {
  ClinicInvitationsTable,
  ClinicNetworksTable,
  ClinicsTable,
  ClosedClinicsTable,
  FinderRequestsTable,
  LabelsTable,
  Role,
} from './clinic-schema.ts'
import type { CreatedAt, Day, Id } from './columns.ts'
import type { BlockedEmailsTable, EmailOutagesTable, EmailsTable } from './email-schema.ts'
import type { ImportRowsTable, ImportsTable } from './import-schema.ts'
import type {
  EmailChangesTable,
  InvitationRequestsTable,
  InvitationsTable,
  PasswordResetsTable,
} from './link-schema.ts'
import type {
  CodeAppsTable,
  KnownBrowsersTable,
  PasskeysTable,
  RecoveryCodesTable,
  SecondStepLinksTable,
} from './second-step-schema.ts'
import type { KeptFormsTable, SessionsTable, ThrottlesTable } from './session-schema.ts'

export type { BlockReason, BounceReason, EmailFailure, EmailKind, LockReason } from './email-schema.ts'
export type { IdentifiedBy } from './link-schema.ts'
export type { SecondStep, SecondStepChange, TwoStepRule } from './second-step-schema.ts'
export type { Day, Id, Role }

interface UsersTable {
  id: GeneratedAlways<Id>
  clinicId: Id
  title: string | null
  firstName: string
  lastName: string
  pronouns: string | null
  /** Last and first name without accents or case, in byte order; see `sortName`. */
  sortName: string
  /** The same, with the first name first. */
  firstSortName: GeneratedAlways<string>
  email: string
  /** Kept by triggers on phone_numbers. `searchText` combines it with the names and email. */
  phoneDigits: GeneratedAlways<string>
  searchText: GeneratedAlways<string>
  /** An email to them is in trouble; kept by `keepNeedsAttention`. */
  needsAttention: Generated<boolean>
  role: Role
  isPractitioner: boolean
  profession: string | null
  timeZone: string
  isOwner: Generated<boolean>
  /** Also away from the clinic's networks, whatever their role. */
  anywhere: Generated<boolean>
  /** Null without one. */
  secondStepSince: Generated<Date | null>
  /** Grows with every change of their second steps. */
  factorGeneration: Generated<number>
  /** After a reset, whatever the clinic's rule. */
  mustSetUpSecondStep: Generated<boolean>
  /** Null until the person has joined. */
  passwordHash: string | null
  joinedAt: Date | null
  deactivatedAt: Date | null
  /** Since then, the address is only history and someone else can have it. */
  emailFreedAt: Date | null
  lastSignInAt: Date | null
  /** The first and the last day of their access, by the clinic's calendar. */
  accessFrom: Day | null
  accessUntil: Day | null
  createdAt: CreatedAt
  updatedAt: Generated<Date>
}

export type PhoneType = 'mobile' | 'home' | 'work' | 'fax' | 'other'

export interface PhoneNumbersTable {
  id: GeneratedAlways<Id>
  clinicId: Id
  userId: Id
  type: PhoneType
  /** E.164, such as +61491570156. */
  number: string
}

/** Of a day on which access ends: what was said, or needed no saying. */
interface AccessRemindersTable {
  id: GeneratedAlways<Id>
  clinicId: Id
  userId: Id
  accessUntil: Day
  daysBefore: number
  createdAt: CreatedAt
}

interface EventsTable {
  id: GeneratedAlways<Id>
  clinicId: Id
  actorId: Id | null
  action: string
  subjectId: Id | null
  before: ColumnType<Record<string, unknown> | null, string | null, never>
  after: ColumnType<Record<string, unknown> | null, string | null, never>
  /** The signed form that caused it; unique, so that a form can act only once. */
  submissionId: string | null
  /** As in the log; null if no request caused it. */
  requestId: string | null
  ip: string | null
  userAgent: string | null
  createdAt: CreatedAt
}

export interface Schema {
  clinics: ClinicsTable
  clinicNetworks: ClinicNetworksTable
  labels: LabelsTable
  clinicInvitations: ClinicInvitationsTable
  finderRequests: FinderRequestsTable
  closedClinics: ClosedClinicsTable
  users: UsersTable
  phoneNumbers: PhoneNumbersTable
  invitations: InvitationsTable
  invitationRequests: InvitationRequestsTable
  passwordResets: PasswordResetsTable
  emailChanges: EmailChangesTable
  imports: ImportsTable
  importRows: ImportRowsTable
  emails: EmailsTable
  blockedEmails: BlockedEmailsTable
  emailOutages: EmailOutagesTable
  sessions: SessionsTable
  throttles: ThrottlesTable
  keptForms: KeptFormsTable
  codeApps: CodeAppsTable
  passkeys: PasskeysTable
  recoveryCodes: RecoveryCodesTable
  knownBrowsers: KnownBrowsersTable
  secondStepLinks: SecondStepLinksTable
  accessReminders: AccessRemindersTable
  events: EventsTable
}

export type Clinic = Selectable<ClinicsTable>
export type User = Selectable<UsersTable>
export type NewUserRow = Insertable<UsersTable>
export type Invitation = Selectable<InvitationsTable>
export type Email = Selectable<EmailsTable>
export type Import = Selectable<ImportsTable>
export type ImportRow = Selectable<ImportRowsTable>
