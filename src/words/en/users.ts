import { nearDay } from '../dates.ts'
import { counted } from '../numbers.ts'
import { USER_FIELDS } from '../user-fields.ts'
import { labels } from './labels.ts'

type Name = { name: string }
type Email = { email: string }
type Leaver = { firstName: string; lastName: string }

const own = {
  name: 'Name',
  yes: 'Yes',
  no: 'No',
  cancel: 'Cancel',
  startAgain: labels.startAgain,
  owner: 'Owner',
  sendLink: labels.sendLink,
  lastSignIn: 'Last sign-in',
  never: 'Never',
  emailNow: labels.currentEmail,
  newEmail: labels.newEmail,
  correctEmail: 'Correct email address',
  changeEmail: 'Change email address',
}

/** A user: adding, showing and changing one. */
export const users = {
  ...own,
  title: labels.users,
  notGiven: 'Not given',
  seeRoles: labels.seeRoles,
  billed: ({ isPractitioner, profession }: { isPractitioner: boolean; profession?: string | null }) =>
    isPractitioner ? `${[own.yes, profession].filter(Boolean).join(', ')} (billed)` : 'No (free)',
  status: {
    invited: 'Invited',
    'invitation expired': 'Invitation expired',
    active: 'Active',
    'starts later': 'Starts later',
    'access ended': 'Access ended',
    deactivated: 'Deactivated',
  },
  starts: (day: string) => `Starts ${nearDay(day)}`,
  until: (day: string) => `Until ${nearDay(day)}`,
  startsUntil: (from: string, until: string) => `Starts ${nearDay(from)}, until ${nearDay(until)}`,

  phones: {
    label: {
      mobile: USER_FIELDS.mobileNumber.label,
      home: 'Home number',
      work: 'Work number',
      fax: 'Fax number',
      other: 'Other number',
    },
    types: { mobile: 'Mobile', home: 'Home', work: 'Work', fax: 'Fax', other: 'Other' },
    type: 'Type',
    ofNumber: (row: number) => ` of number ${row}`,
    number: 'Number',
    phoneNumber: (row: number) => `Phone number ${row}`,
    error: (row: number) => `Error in number ${row}: `,
    typeMissing: 'Choose a type.',
    twice: 'You’ve already entered this number.',
  },

  add: {
    title: labels.addUser,
    lead: 'We’ll email them a link to create a password. You’ll review everything before it’s sent.',
    steps: ['Their details', 'Check and verify', 'Invited'],
    startAgain: 'Start again with an empty form',
    button: 'Create user',
    freedEmail: {
      label: ({ firstName, lastName }: Leaver) =>
        `Free this address of ${`${firstName} ${lastName}`.trim()} for the new user`,
      hint: ({ firstName }: Leaver) => `${firstName} stays deactivated and keeps it only as history.`,
      link: ({ firstName }: Leaver) => `Or reactivate ${firstName} instead`,
    },
    confirmation: {
      heading: ({ name, clinic }: Name & { clinic: string }) => `Add ${name} to ${clinic}`,
      consequence: ({ name }: Name) => `${name} will get an account and an invitation by email.`,
      freed: ({ name }: Name) =>
        `The address will no longer belong to ${name}, who is deactivated and keeps it only as history.`,
    },
    done: ({ name, email }: Name & Email) =>
      `${name} has been invited. We’re emailing ${email} a link to create a password; you can follow its delivery below.`,
  },

  edit: {
    title: ({ name }: Name) => `Edit ${name}`,
    button: labels.saveChanges,
    role: {
      heading: ({ name }: Name) => `Change ${name}’s role`,
      consequence: ({ name }: Name) =>
        `${name} will be signed out and will have the new role at next sign-in.`,
      now: 'Current security role',
      next: 'New security role',
      allows: 'What it allows',
    },
    dates: {
      heading: ({ name }: Name) => `Change when ${name} has access`,
      consequence: ({ name }: Name) => `${name} will be able to sign in on these days only.`,
      cleared: ({ name }: Name) => `${name} will be able to sign in on any day.`,
      changed: ({ old, now }: { old: string | null; now: string | null }) =>
        `${old ?? 'none'} → ${now ?? 'none'}`,
    },
    done: labels.changesSaved,
  },

  /** What stops with someone's right to it. */
  stops: {
    label: 'Also stops',
    invitations: (count: number, { name }: Name) =>
      `${counted(count, 'invitation', 'invitations')} sent by ${name}`,
    emailChanges: (count: number, { name }: Name) =>
      `${counted(count, 'email change', 'email changes')} requested by ${name}`,
    imports: (count: number, { name }: Name) => `${counted(count, 'import', 'imports')} started by ${name}`,
    drafts: (count: number, { name }: Name) =>
      `${counted(count, 'draft import', 'draft imports')} by ${name}`,
  },
}
