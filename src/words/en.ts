import { accessEmails } from './en/access-emails.ts'
import { activity } from './en/activity.ts'
import { clinic } from './en/clinic.ts'
import { clinics } from './en/clinics.ts'
import { closing } from './en/closing.ts'
import { emailChangeEmails } from './en/email-change-emails.ts'
import { confirmEmail, newMailbox, stopReplacement } from './en/email-changes.ts'
import { emailStates } from './en/email-states.ts'
import { emails } from './en/emails.ts'
import { errors } from './en/errors.ts'
import { findClinic } from './en/find-clinic.ts'
import { forms } from './en/forms.ts'
import { imports } from './en/imports.ts'
import { invitationEmails } from './en/invitation-emails.ts'
import { invitations } from './en/invitations.ts'
import { layout } from './en/layout.ts'
import { links } from './en/links.ts'
import { myDetails } from './en/my-details.ts'
import { networks } from './en/networks.ts'
import { newClinic } from './en/new-clinic.ts'
import { outbox } from './en/outbox.ts'
import { passwordEmails } from './en/password-emails.ts'
import { passwords } from './en/passwords.ts'
import { refusals } from './en/refusals.ts'
import { roles } from './en/roles.ts'
import { setUp } from './en/set-up.ts'
import { signIn } from './en/sign-in.ts'
import { styleguide } from './en/styleguide.ts'
import { twoStep } from './en/two-step.ts'
import { twoStepEmails } from './en/two-step-emails.ts'
import { userEmail } from './en/user-email.ts'
import { userFields } from './en/user-forms.ts'
import { userList } from './en/user-list.ts'
import { userPage } from './en/user-page.ts'
import { users } from './en/users.ts'
import { verify } from './en/verify.ts'

/** Every sentence that people read on a page or in an email, by screen. Views know it as `words`. */
export const words = {
  ...{ layout, errors, forms, links, passwords, refusals, verify },
  ...{ users, userFields, userPage, userEmail, userList },
  ...{ findClinic, newClinic },
  ...{ clinics, setUp, signIn, twoStep, invitations, confirmEmail, newMailbox, stopReplacement, myDetails },
  ...{ activity, clinic, closing, networks, roles, imports, outbox, styleguide },
  ...{
    emails,
    emailStates,
    emailChangeEmails,
    invitationEmails,
    passwordEmails,
    twoStepEmails,
    accessEmails,
  },
}
