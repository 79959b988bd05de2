import { forgetClosedClinics } from './clinics/closing.ts'
import { forgetOldLabels } from './clinics/labels.ts'
import type { Database } from './database/database.ts'
import { forgetUnfinishedChanges } from './email-changes/forget-email-changes.ts'
import { forgetFinderRequests } from './find-clinic/finder.ts'
import { forgetClinicInvitations } from './new-clinic/clinic-invitations.ts'
import { forgetOldForms } from './sessions/kept-forms.ts'
import { forgetOldBrowsers } from './sessions/known-browsers.ts'
import { forgetOldSessions } from './sessions/sessions.ts'
import { forgetOldAttempts } from './sessions/throttling.ts'
import { deleteExpiredImports } from './settings/imports/imports.ts'
import { forgetOldResets } from './sign-in/forget-resets.ts'
import { forgetOldSetUpLinks } from './sign-in/forget-set-up-links.ts'

interface Retention {
  /** Of the database. */
  table: string
  /** One bounded step; null if nothing is deleted. */
  forget: ((db: Database) => Promise<number>) | null
}

/** Every table and what deletes from it; docs/data.md says how long each is kept. The sweep follows it. */
export const RETENTION: readonly Retention[] = [
  { table: 'sessions', forget: forgetOldSessions },
  { table: 'kept_forms', forget: forgetOldForms },
  { table: 'throttles', forget: forgetOldAttempts },
  { table: 'password_resets', forget: forgetOldResets },
  { table: 'known_browsers', forget: forgetOldBrowsers },
  { table: 'second_step_links', forget: forgetOldSetUpLinks },
  { table: 'code_apps', forget: null },
  { table: 'passkeys', forget: null },
  { table: 'recovery_codes', forget: null },
  { table: 'email_changes', forget: forgetUnfinishedChanges },
  { table: 'imports', forget: deleteExpiredImports },
  { table: 'import_rows', forget: null },
  { table: 'clinics', forget: forgetClosedClinics },
  { table: 'closed_clinics', forget: null },
  { table: 'labels', forget: forgetOldLabels },
  { table: 'clinic_invitations', forget: forgetClinicInvitations },
  { table: 'finder_requests', forget: forgetFinderRequests },
  { table: 'clinic_networks', forget: null },
  { table: 'users', forget: null },
  { table: 'phone_numbers', forget: null },
  { table: 'invitations', forget: null },
  { table: 'invitation_requests', forget: null },
  { table: 'emails', forget: null },
  { table: 'access_reminders', forget: null },
  { table: 'events', forget: null },
  { table: 'blocked_emails', forget: null },
  { table: 'email_outages', forget: null },
]
