import { labels } from './labels.ts'

/** What each security role is and can do. */
export const roles = {
  title: labels.roles,
  lead: 'Everyone has one role, which controls what they can see and do. Administrators can change it at any time. Being a practitioner (with a calendar) is a separate setting and works with any role.',
  mine: 'Your role',
  tableTitle: 'What each role can do',
  tableLead:
    '“Own” means only items the person created or is responsible for. Frontdesk enforces the first area and the general clinic settings; the rest describes the role in your other systems.',
  caption: 'What each security role can do, by area',
  actionColumn: 'Area and action',
  notesTitle: 'Notes',
  note: 'Note ',
  grants: { yes: 'Yes', own: 'Own', no: 'No', owner: 'Owners only' },

  roles: {
    administrator: {
      label: 'Administrator',
      explanation: 'Everything, including adding users and deciding what they can do.',
      welcome: 'As an administrator you can see and change everything, and add your colleagues.',
    },
    'power receptionist': {
      label: 'Power receptionist',
      explanation:
        'Runs the front desk: appointments, patients, billing and most settings, but no treatment notes or users.',
      welcome:
        'As a power receptionist you look after appointments, patients and billing, and most clinic settings. You don’t have access to treatment notes or users.',
    },
    receptionist: {
      label: 'Receptionist',
      explanation:
        'Books appointments, looks after patients, takes payments; no treatment notes or settings.',
      welcome:
        'As a receptionist you book appointments, look after patients’ details, create invoices and take payments.',
    },
    scheduler: {
      label: 'Scheduler',
      explanation:
        'Books appointments and keeps patients’ basic details up to date; no financial or medical records.',
      welcome: 'As a scheduler you book appointments and keep patients’ basic details up to date.',
    },
    bookkeeper: {
      label: 'Bookkeeper',
      explanation: 'Invoices, payments, expenses and financial reports; no patients or appointments.',
      welcome:
        'As a bookkeeper you work with invoices, payments, products and expenses, and see the financial reports.',
    },
    practitioner: {
      label: 'Practitioner',
      explanation:
        'Sees appointments and patients, writes treatment notes; financial details for their own appointments only.',
      welcome:
        'As a practitioner you see appointments and patients, write treatment notes and letters, and see financial details for your own appointments.',
    },
  },

  areas: {
    usersPractitioners: labels.users,
    settings: 'Settings',
    appointments: 'Appointments',
    patientsContacts: 'Patients and contacts',
    clinicalRecords: 'Clinical records',
    dashboardMessages: 'Dashboard messages',
    money: 'Money',
    reportsExportImport: 'Reports, export and import',
  },

  actions: {
    seeListUsers: 'See the list of users',
    seeUserDetails: 'See a user’s details',
    addUser: 'Add a user',
    resendInvitationEmail: 'Resend an invitation email',
    editUserChangeRole: 'Edit a user, change their role',
    deactivateReactivate: 'Deactivate, reactivate',
    seeWhoDidWhat: 'View the activity log',
    seeSecurityRoles: 'See the security roles',
    ownDetailsPassword: 'Own details and password',
    clinicGeneralSettings: 'General clinic settings',
    remindersSmsAppointmentTypesBusinesses:
      'Reminders, SMS, appointment types, businesses, online bookings, concession types',
    documentsPrintingLetterTreatmentNote:
      'Documents and printing, letter and treatment note templates, integrations, subscription',
    billableItemsPaymentTypesTaxes: 'Billable items, payment types, taxes',
    twoFactorRulesSessionTime: 'Two-factor rules, session time-out, restrictions',
    accountOwnership: 'Account ownership',
    viewBookEditCancelUncancel: 'View, book, edit, cancel, uncancel, archive',
    patientsViewBasicDetailsCreate: 'Patients: view basic details, create, edit',
    patientsArchive: 'Patients: archive',
    patientsUnarchive: 'Patients: unarchive',
    patientsDelete: 'Patients: delete',
    sendSmsPatients: 'Send SMS to patients',
    contactsView: 'Contacts: view',
    contactsCreateEdit: 'Contacts: create, edit',
    contactsDelete: 'Contacts: delete',
    communicationsLogView: 'Communications log: view',
    treatmentNotesMedicalAlerts: 'Treatment notes, medical alerts',
    completedPatientForms: 'Completed patient forms',
    lettersCreateEditOwn: 'Letters: create, edit own',
    lettersRead: 'Letters: read',
    lettersArchive: 'Letters: archive',
    fileAttachmentsUploadSeeNames: 'File attachments: upload, see their names',
    fileAttachmentsOpen: 'File attachments: open',
    fileAttachmentsEditDelete: 'File attachments: edit, delete',
    seeAllPostCommentEdit: 'See all, post, comment, edit and archive own',
    editDeleteEveryone: 'Edit and delete everyone’s',
    invoicesViewCreate: 'Invoices: view, create',
    invoicesEditDelete: 'Invoices: edit, delete',
    paymentsViewCreate: 'Payments: view, create',
    paymentsEditDelete: 'Payments: edit, delete',
    productsViewCreateEditAdjust: 'Products: view, create, edit, adjust stock',
    productsDelete: 'Products: delete',
    expensesCreateView: 'Expenses: create, view',
    expensesEditDelete: 'Expenses: edit, delete',
    appointmentScheduleMissedAppointmentsRecalls: 'Appointment schedule, missed appointments, recalls',
    birthdaysPatientsWithoutUpcomingAppointments: 'Birthdays, patients without upcoming appointments',
    dailyPayments: 'Daily payments',
    outstandingInvoices: 'Outstanding invoices',
    revenuePractitioner: 'Revenue by practitioner',
    practiceRevenue: 'Practice revenue',
    paymentSummaryExpenses: 'Payment summary, expenses',
    exportProductsInvoicesPaymentsExpenses: 'Export products, invoices, payments, expenses',
    importPatientsContactsProducts: 'Import patients, contacts, products',
  },

  notes: {
    ownership: 'Only an owner; where a clinic has no owner, any administrator.',
    letters: 'Apart from administrators, people can read only the letters they wrote.',
    attachments: 'Front desk staff can see file names and add files, but can’t open them.',
    finances: 'Practitioners see financial details for their own appointments only.',
  },
}
