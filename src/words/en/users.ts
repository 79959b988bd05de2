import { USER_FIELDS } from '../user-fields.ts'

type Name = { name: string }
type Leaver = { firstName: string; lastName: string }

/** A user: adding, showing and changing one. */
export const users = {
  name: 'Name',
  yes: 'Yes',
  no: 'No',
  notGiven: 'Not given',
  lastSignIn: 'Last sign-in',
  never: 'Never',
  seeRoles: 'See what each role can do',
  billed: ({ isPractitioner, profession }: { isPractitioner: boolean; profession?: string | null }) =>
    isPractitioner ? `${['Yes', profession].filter(Boolean).join(', ')} (billed)` : 'No (free)',

  phones: {
    label: {
      mobile: USER_FIELDS.mobileNumber.label,
      home: 'Home number',
      work: 'Work number',
      fax: 'Fax number',
      other: 'Other number',
    },
    type: 'Type',
    ofNumber: (row: number) => ` of number ${row}`,
    number: 'Number',
    phoneNumber: (row: number) => `Phone number ${row}`,
    error: (row: number) => `Error in number ${row}: `,
  },

  email: {
    pending: ({ email, until }: { email: string; until: string }) =>
      `Waiting for ${email} to be confirmed (expires ${until}).`,
    freed: (at: string) => `Freed for someone else on ${at}, and kept here as history.`,
  },

  add: {
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
  },
}
