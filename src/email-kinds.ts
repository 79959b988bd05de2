import { clinicOrigin } from './clinics/clinics.ts'
import type { Config } from './config.ts'
import type { Database } from './database/database.ts'
import type { Email, EmailFailure, EmailKind } from './database/schema.ts'
import {
  emailChangedEmail,
  emailChangeEmail,
  emailChangeEmailUnwanted,
  emailChangeRequestedEmail,
  emailReplacementEmail,
  emailReplacementNotice,
} from './email-changes/email-change-emails.ts'
import { failure } from './emails/failure.ts'
import type { KindOfEmail, Message } from './emails/message.ts'
import { clinicsFoundEmail, clinicsFoundUnwanted } from './find-clinic/finder-email.ts'
import { invitationEmail, invitationEmailUnwanted } from './invitations/invitation-email.ts'
import { requestEmail, requestEmailUnwanted } from './invitations/request-email.ts'
import { clinicInvitationEmail, clinicInvitationUnwanted } from './new-clinic/clinic-invitation-email.ts'
import { clinicClosingEmail, clinicClosingUnwanted } from './settings/clinic/closing-email.ts'
import { accessEndingEmail, accessEndingUnwanted } from './settings/users/access-reminder-email.ts'
import {
  accountLockedEmail,
  passwordChangedEmail,
  passwordResetEmail,
  passwordResetEmailUnwanted,
} from './sign-in/password-emails.ts'
import {
  secondStepAskedForEmail,
  secondStepAskedForUnwanted,
  secondStepResetEmail,
  secondStepResetUnwanted,
} from './sign-in/second-step-notices.ts'
import {
  newBrowserEmail,
  secondStepChangedEmail,
  secondStepLinkEmail,
  secondStepLinkUnwanted,
} from './sign-in/two-step-emails.ts'
import { findUser } from './users/users.ts'

interface WrittenEmail extends Pick<KindOfEmail, 'unwanted'> {
  /** Its links lead to the origin. */
  write(db: Database, config: Config, email: Email, origin: string): Promise<Message | null>
}

/** Each kind of email and what writes it. */
export const WRITTEN_EMAILS: Record<EmailKind, WrittenEmail> = {
  'access ending': { write: accessEndingEmail, unwanted: accessEndingUnwanted },
  invitation: { write: invitationEmail, unwanted: invitationEmailUnwanted },
  'invitation request': { write: requestEmail, unwanted: requestEmailUnwanted },
  'password reset': { write: passwordResetEmail, unwanted: passwordResetEmailUnwanted },
  'password changed': { write: passwordChangedEmail, unwanted: onceDeactivated },
  'email change': { write: emailChangeEmail, unwanted: emailChangeEmailUnwanted },
  'email change requested': { write: emailChangeRequestedEmail, unwanted: onceDeactivated },
  'email changed': { write: emailChangedEmail, unwanted: onceDeactivated },
  'email replacement': { write: emailReplacementEmail, unwanted: emailChangeEmailUnwanted },
  'email replacement notice': { write: emailReplacementNotice, unwanted: onceDeactivated },
  'second step changed': { write: secondStepChangedEmail, unwanted: onceDeactivated },
  'second step link': { write: secondStepLinkEmail, unwanted: secondStepLinkUnwanted },
  'second step asked for': { write: secondStepAskedForEmail, unwanted: secondStepAskedForUnwanted },
  'second step reset': { write: secondStepResetEmail, unwanted: secondStepResetUnwanted },
  'new browser': { write: newBrowserEmail, unwanted: onceDeactivated },
  'clinic closing': { write: clinicClosingEmail, unwanted: clinicClosingUnwanted },
  'clinic invitation': { write: clinicInvitationEmail, unwanted: clinicInvitationUnwanted },
  'clinics found': { write: clinicsFoundEmail, unwanted: clinicsFoundUnwanted },
  'account locked': { write: accountLockedEmail, unwanted: onceDeactivated },
}

/** As the outbox sends them: their links lead to the clinic. */
export const EMAIL_KINDS = Object.fromEntries(
  Object.entries(WRITTEN_EMAILS).map(([kind, { write, unwanted }]) => [
    kind,
    {
      unwanted,
      write: async (db: Database, config: Config, email: Email) =>
        write(db, config, email, await clinicOrigin(db, config, email.clinicId)),
    },
  ]),
) as Record<EmailKind, KindOfEmail>

/** Notices are about the recipient's own account; people who left get none. */
async function onceDeactivated(db: Database, { clinicId, userId }: Email): Promise<EmailFailure | null> {
  const user = await findUser(db, clinicId, userId)
  return user?.deactivatedAt ? failure('deactivated') : null
}
