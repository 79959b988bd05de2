import type { Database } from './database/database.ts'
import {
  forgetUnfinishedChanges,
  UNFINISHED_CHANGES_KEPT_DAYS,
} from './email-changes/forget-email-changes.ts'
import { FORMS_KEPT_MINUTES, forgetOldForms } from './sessions/kept-forms.ts'
import { forgetOldSessions, SESSIONS_KEPT_HOURS } from './sessions/sessions.ts'
import { ATTEMPTS_KEPT_DAYS, FAILURES_MAX, forgetOldAttempts } from './sessions/throttling.ts'
import { DRAFT_VALID_HOURS, deleteExpiredImports, RESULTS_KEPT_DAYS } from './settings/imports/imports.ts'
import { forgetOldResets, RESETS_KEPT_DAYS } from './sign-in/forget-resets.ts'

export interface Retention {
  /** Of the database. */
  table: string
  /** For people who ask. */
  kept: string
  /** One bounded step; null if nothing is deleted. */
  forget: ((db: Database) => Promise<number>) | null
}

const AS_LONG_AS_THE_CLINIC = { kept: 'As long as the clinic: its history.', forget: null }

/** How long every table is kept. The sweep follows it. */
export const RETENTION: readonly Retention[] = [
  {
    table: 'sessions',
    kept: `${SESSIONS_KEPT_HOURS} hours after the last request.`,
    forget: forgetOldSessions,
  },
  {
    table: 'kept_forms',
    kept: `${FORMS_KEPT_MINUTES} minutes, until it is done or discarded, or until signing out.`,
    forget: forgetOldForms,
  },
  {
    table: 'throttles',
    kept:
      `Requests and IP addresses until their window ends, wrong passwords ${ATTEMPTS_KEPT_DAYS} days; ` +
      `after ${FAILURES_MAX} in a row until a new password is chosen.`,
    forget: forgetOldAttempts,
  },
  {
    table: 'password_resets',
    kept: `${RESETS_KEPT_DAYS} days after the link expired.`,
    forget: forgetOldResets,
  },
  {
    table: 'email_changes',
    kept: `Unconfirmed ones ${UNFINISHED_CHANGES_KEPT_DAYS} days after the link expired; confirmed ones as long as the clinic.`,
    forget: forgetUnfinishedChanges,
  },
  {
    table: 'imports',
    kept: `A draft ${DRAFT_VALID_HOURS} hours, results ${RESULTS_KEPT_DAYS} days.`,
    forget: deleteExpiredImports,
  },
  { table: 'import_rows', kept: 'As long as their import.', forget: null },
  { table: 'clinics', kept: 'For good.', forget: null },
  { table: 'users', ...AS_LONG_AS_THE_CLINIC },
  { table: 'phone_numbers', kept: 'As long as they are the person’s.', forget: null },
  { table: 'invitations', ...AS_LONG_AS_THE_CLINIC },
  { table: 'invitation_requests', ...AS_LONG_AS_THE_CLINIC },
  {
    table: 'emails',
    kept: 'As long as the clinic: who was sent what and when, without the text.',
    forget: null,
  },
  { table: 'events', ...AS_LONG_AS_THE_CLINIC },
  {
    table: 'blocked_emails',
    kept: 'Until the mail provider takes email to the address again.',
    forget: null,
  },
  { table: 'email_outages', kept: 'Until email leaves again.', forget: null },
]
