import type { Role } from '../database/schema.ts'
import type { roles } from '../words/en/roles.ts'

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

interface Area<Name = Permission> {
  area: keyof typeof roles.areas
  actions: readonly Action<Name>[]
}

export interface Action<Name = Permission> {
  action: keyof typeof roles.actions
  /** One grant for each role, in the order of ROLE_NAMES. */
  may: readonly [Grant, Grant, Grant, Grant, Grant, Grant]
  /** The name that code checks; actions without one belong to the clinic's other systems. */
  permission?: Name
  note?: keyof typeof roles.notes
}

const yes = 'yes'
const own = 'own'
const no = 'no'
const owner = 'owner'

// Each row reads: administrator, power receptionist, receptionist, scheduler, bookkeeper, practitioner.
const TABLE = [
  {
    area: 'usersPractitioners',
    actions: [
      { action: 'seeListUsers', may: [yes, no, no, no, no, no], permission: 'users.list' },
      { action: 'seeUserDetails', may: [yes, no, no, no, no, no], permission: 'users.show' },
      { action: 'addUser', may: [yes, no, no, no, no, no], permission: 'users.add' },
      { action: 'resendInvitationEmail', may: [yes, no, no, no, no, no], permission: 'users.invite' },
      { action: 'editUserChangeRole', may: [yes, no, no, no, no, no], permission: 'users.edit' },
      { action: 'deactivateReactivate', may: [yes, no, no, no, no, no], permission: 'users.deactivate' },
      { action: 'seeWhoDidWhat', may: [yes, no, no, no, no, no], permission: 'activity.show' },
      { action: 'seeSecurityRoles', may: [yes, yes, yes, yes, yes, yes], permission: 'roles.show' },
      {
        action: 'ownDetailsPassword',
        may: [yes, yes, yes, yes, yes, yes],
        permission: 'my-details.edit',
      },
    ],
  },
  {
    area: 'settings',
    actions: [
      { action: 'clinicGeneralSettings', may: [yes, yes, no, no, no, no], permission: 'clinic.settings' },
      {
        action: 'remindersSmsAppointmentTypesBusinesses',
        may: [yes, yes, no, no, no, no],
      },
      {
        action: 'documentsPrintingLetterTreatmentNote',
        may: [yes, yes, no, no, no, no],
      },
      { action: 'billableItemsPaymentTypesTaxes', may: [yes, yes, no, no, yes, no] },
      {
        action: 'twoFactorRulesSessionTime',
        may: [yes, no, no, no, no, no],
        permission: 'clinic.security',
      },
      {
        action: 'accountOwnership',
        may: [owner, no, no, no, no, no],
        permission: 'clinic.ownership',
        note: 'ownership',
      },
    ],
  },
  {
    area: 'appointments',
    actions: [{ action: 'viewBookEditCancelUncancel', may: [yes, yes, yes, yes, no, yes] }],
  },
  {
    area: 'patientsContacts',
    actions: [
      { action: 'patientsViewBasicDetailsCreate', may: [yes, yes, yes, yes, no, yes] },
      { action: 'patientsArchive', may: [yes, yes, yes, no, no, yes] },
      { action: 'patientsUnarchive', may: [yes, yes, yes, yes, no, yes] },
      { action: 'patientsDelete', may: [yes, yes, no, no, no, no] },
      { action: 'sendSmsPatients', may: [yes, yes, yes, yes, no, yes] },
      { action: 'contactsView', may: [yes, yes, yes, yes, no, yes] },
      { action: 'contactsCreateEdit', may: [yes, yes, yes, no, no, yes] },
      { action: 'contactsDelete', may: [yes, yes, no, no, no, no] },
      { action: 'communicationsLogView', may: [yes, yes, yes, no, no, yes] },
    ],
  },
  {
    area: 'clinicalRecords',
    actions: [
      { action: 'treatmentNotesMedicalAlerts', may: [yes, no, no, no, no, yes] },
      { action: 'completedPatientForms', may: [yes, no, no, no, no, yes] },
      { action: 'lettersCreateEditOwn', may: [yes, yes, yes, no, no, yes] },
      { action: 'lettersRead', may: [yes, own, own, no, no, own], note: 'letters' },
      { action: 'lettersArchive', may: [yes, no, no, no, no, no] },
      { action: 'fileAttachmentsUploadSeeNames', may: [yes, yes, yes, no, no, yes] },
      { action: 'fileAttachmentsOpen', may: [yes, no, no, no, no, yes], note: 'attachments' },
      { action: 'fileAttachmentsEditDelete', may: [yes, yes, no, no, no, no] },
    ],
  },
  {
    area: 'dashboardMessages',
    actions: [
      { action: 'seeAllPostCommentEdit', may: [yes, yes, yes, yes, yes, yes] },
      { action: 'editDeleteEveryone', may: [yes, yes, no, no, no, no] },
    ],
  },
  {
    area: 'money',
    actions: [
      { action: 'invoicesViewCreate', may: [yes, yes, yes, no, yes, own], note: 'finances' },
      { action: 'invoicesEditDelete', may: [yes, yes, no, no, yes, no] },
      { action: 'paymentsViewCreate', may: [yes, yes, yes, no, yes, own], note: 'finances' },
      { action: 'paymentsEditDelete', may: [yes, yes, no, no, yes, no] },
      {
        action: 'productsViewCreateEditAdjust',
        may: [yes, yes, yes, no, yes, no],
      },
      { action: 'productsDelete', may: [yes, yes, no, no, yes, no] },
      { action: 'expensesCreateView', may: [yes, yes, own, no, yes, own] },
      { action: 'expensesEditDelete', may: [yes, yes, no, no, yes, no] },
    ],
  },
  {
    area: 'reportsExportImport',
    actions: [
      { action: 'appointmentScheduleMissedAppointmentsRecalls', may: [yes, yes, yes, yes, no, yes] },
      { action: 'birthdaysPatientsWithoutUpcomingAppointments', may: [yes, yes, yes, no, no, yes] },
      { action: 'dailyPayments', may: [yes, yes, yes, no, yes, own], note: 'finances' },
      { action: 'outstandingInvoices', may: [yes, yes, yes, no, yes, own], note: 'finances' },
      { action: 'revenuePractitioner', may: [yes, no, no, no, yes, own], note: 'finances' },
      { action: 'practiceRevenue', may: [yes, no, no, no, yes, no] },
      { action: 'paymentSummaryExpenses', may: [yes, yes, no, no, yes, no] },
      { action: 'exportProductsInvoicesPaymentsExpenses', may: [yes, no, no, no, yes, no] },
      { action: 'importPatientsContactsProducts', may: [yes, yes, no, no, no, no] },
    ],
  },
] as const satisfies readonly Area<string>[]

type TableAction = (typeof TABLE)[number]['actions'][number]

export type Permission = Extract<TableAction, { permission: string }>['permission']

export const PERMISSION_TABLE: readonly Area[] = TABLE
