import { USER_FIELDS } from '../user-fields.ts'

/** The first run. */
export const setUp = {
  title: 'Set up your clinic',
  lead: 'This sets up the clinic and your own account. You’ll be its first administrator and its owner.',
  firstName: USER_FIELDS.firstName.label,
  lastName: USER_FIELDS.lastName.label,
  email: USER_FIELDS.email.label,
  emailHint: 'You’ll use this to sign in.',
  enterFirstName: 'Enter your first name.',
  button: 'Set up clinic',
  done: ({ clinicName }: { clinicName: string }) => `${clinicName} is ready. Add your first colleague.`,
  notYet: {
    title: 'Not set up yet',
    text: 'No clinic has been set up here yet. To set one up, open the link that Frontdesk prints when it starts.',
  },
  used: {
    title: 'This clinic is already set up',
    text: 'The set-up link works once, and it has been used.',
  },
  invalid: {
    title: 'This set-up link isn’t valid',
    text: 'Open the link exactly as it was printed when Frontdesk started.',
  },
}
