import type { Role } from '../database/schema.ts'

export const ROLE_NAMES = [
  'administrator',
  'power receptionist',
  'receptionist',
  'scheduler',
  'bookkeeper',
  'practitioner',
] as const satisfies readonly Role[]

/** `own`: only what the person created or is responsible for. `owner`: only an owner of the clinic. */
export type Grant = 'yes' | 'own' | 'no' | 'owner'

export interface Area<Name = Permission> {
  area: string
  actions: readonly Action<Name>[]
}

export interface Action<Name = Permission> {
  action: string
  /** One grant for each role, in the order of ROLE_NAMES. */
  may: readonly [Grant, Grant, Grant, Grant, Grant, Grant]
  /** The name that code checks; actions without one belong to the clinic's other systems. */
  permission?: Name
  note?: keyof typeof NOTES
}

const yes = 'yes'
const own = 'own'
const no = 'no'
const owner = 'owner'

export const NOTES = {
  ownership: 'Only an owner; where a clinic has no owner, any administrator.',
  letters: 'Apart from administrators, people read only the letters that they wrote.',
  attachments: 'Front desk staff see the names of the files and can add files, but cannot open them.',
  finances: 'Practitioners see the money of their own appointments only.',
} as const

// Each row reads: administrator, power receptionist, receptionist, scheduler, bookkeeper, practitioner.
const TABLE = [
  {
    area: 'Users & practitioners',
    actions: [
      { action: 'See the list of users', may: [yes, no, no, no, no, no], permission: 'users.list' },
      { action: 'See a user’s details', may: [yes, no, no, no, no, no], permission: 'users.show' },
      { action: 'Add a user', may: [yes, no, no, no, no, no], permission: 'users.add' },
      { action: 'Resend an invitation email', may: [yes, no, no, no, no, no], permission: 'users.invite' },
      { action: 'Edit a user, change their role', may: [yes, no, no, no, no, no], permission: 'users.edit' },
      { action: 'Deactivate, reactivate', may: [yes, no, no, no, no, no], permission: 'users.deactivate' },
      { action: 'See who did what', may: [yes, no, no, no, no, no], permission: 'activity.show' },
      { action: 'See the security roles', may: [yes, yes, yes, yes, yes, yes], permission: 'roles.show' },
      {
        action: 'Own details and password',
        may: [yes, yes, yes, yes, yes, yes],
        permission: 'my-details.edit',
      },
    ],
  },
  {
    area: 'Settings',
    actions: [
      { action: 'Clinic’s general settings', may: [yes, yes, no, no, no, no], permission: 'clinic.settings' },
      {
        action: 'Reminders, SMS, appointment types, businesses, online bookings, concession types',
        may: [yes, yes, no, no, no, no],
      },
      {
        action: 'Documents and printing, letter and treatment note templates, integrations, subscription',
        may: [yes, yes, no, no, no, no],
      },
      { action: 'Billable items, payment types, taxes', may: [yes, yes, no, no, yes, no] },
      {
        action: 'Two-factor rules, session time-out, restrictions',
        may: [yes, no, no, no, no, no],
        permission: 'clinic.security',
      },
      {
        action: 'Account ownership',
        may: [owner, no, no, no, no, no],
        permission: 'clinic.ownership',
        note: 'ownership',
      },
    ],
  },
  {
    area: 'Appointments',
    actions: [{ action: 'View, book, edit, cancel, uncancel, archive', may: [yes, yes, yes, yes, no, yes] }],
  },
  {
    area: 'Patients and contacts',
    actions: [
      { action: 'Patients: view basic details, create, edit', may: [yes, yes, yes, yes, no, yes] },
      { action: 'Patients: archive', may: [yes, yes, yes, no, no, yes] },
      { action: 'Patients: unarchive', may: [yes, yes, yes, yes, no, yes] },
      { action: 'Patients: delete', may: [yes, yes, no, no, no, no] },
      { action: 'Send SMS to patients', may: [yes, yes, yes, yes, no, yes] },
      { action: 'Contacts: view', may: [yes, yes, yes, yes, no, yes] },
      { action: 'Contacts: create, edit', may: [yes, yes, yes, no, no, yes] },
      { action: 'Contacts: delete', may: [yes, yes, no, no, no, no] },
      { action: 'Communications log: view', may: [yes, yes, yes, no, no, yes] },
    ],
  },
  {
    area: 'Clinical records',
    actions: [
      { action: 'Treatment notes, medical alerts', may: [yes, no, no, no, no, yes] },
      { action: 'Completed patient forms', may: [yes, no, no, no, no, yes] },
      { action: 'Letters: create, edit own', may: [yes, yes, yes, no, no, yes] },
      { action: 'Letters: read', may: [yes, own, own, no, no, own], note: 'letters' },
      { action: 'Letters: archive', may: [yes, no, no, no, no, no] },
      { action: 'File attachments: upload, see their names', may: [yes, yes, yes, no, no, yes] },
      { action: 'File attachments: open', may: [yes, no, no, no, no, yes], note: 'attachments' },
      { action: 'File attachments: edit, delete', may: [yes, yes, no, no, no, no] },
    ],
  },
  {
    area: 'Dashboard messages',
    actions: [
      { action: 'See all, post, comment, edit and archive own', may: [yes, yes, yes, yes, yes, yes] },
      { action: 'Edit and delete everyone’s', may: [yes, yes, no, no, no, no] },
    ],
  },
  {
    area: 'Money',
    actions: [
      { action: 'Invoices: view, create', may: [yes, yes, yes, no, yes, own], note: 'finances' },
      { action: 'Invoices: edit, delete', may: [yes, yes, no, no, yes, no] },
      { action: 'Payments: view, create', may: [yes, yes, yes, no, yes, own], note: 'finances' },
      { action: 'Payments: edit, delete', may: [yes, yes, no, no, yes, no] },
      {
        action: 'Products: view, create, edit, adjust stock',
        may: [yes, yes, yes, no, yes, no],
      },
      { action: 'Products: delete', may: [yes, yes, no, no, yes, no] },
      { action: 'Expenses: create, view', may: [yes, yes, own, no, yes, own] },
      { action: 'Expenses: edit, delete', may: [yes, yes, no, no, yes, no] },
    ],
  },
  {
    area: 'Reports, export and import',
    actions: [
      { action: 'Appointment schedule, missed appointments, recalls', may: [yes, yes, yes, yes, no, yes] },
      { action: 'Birthdays, patients without upcoming appointments', may: [yes, yes, yes, no, no, yes] },
      { action: 'Daily payments', may: [yes, yes, yes, no, yes, own], note: 'finances' },
      { action: 'Outstanding invoices', may: [yes, yes, yes, no, yes, own], note: 'finances' },
      { action: 'Revenue by practitioner', may: [yes, no, no, no, yes, own], note: 'finances' },
      { action: 'Practice revenue', may: [yes, no, no, no, yes, no] },
      { action: 'Payment summary, expenses', may: [yes, yes, no, no, yes, no] },
      { action: 'Export products, invoices, payments, expenses', may: [yes, no, no, no, yes, no] },
      { action: 'Import patients, contacts, products', may: [yes, yes, no, no, no, no] },
    ],
  },
] as const satisfies readonly Area<string>[]

type TableAction = (typeof TABLE)[number]['actions'][number]

export type Permission = Extract<TableAction, { permission: string }>['permission']

export const PERMISSION_TABLE: readonly Area[] = TABLE
