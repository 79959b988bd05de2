import { isRole, ROLES } from '../../roles/roles.ts'
import { isUserField, USER_FIELD_NAMES, USER_FIELDS } from '../../words/user-fields.ts'

/** Each action as shown under Activity; {person} is the subject. */
export const EVENT_WORDS = {
  'clinic.created': 'set up the clinic',
  'clinic.changed': 'changed the clinic’s settings',
  'user.added': 'added {person}',
  'import.started': 'started an import',
  'import.stopped': 'stopped an import',
  'user.changed': 'changed {person}',
  'my-details.changed': 'changed their own details',
  'user.joined': 'joined',
  'users.exported': 'exported the list of users',
  'user.deactivated': 'deactivated {person}',
  'user.reactivated': 'reactivated {person}',
  'user.email-corrected': 'corrected the address of {person}',
  'user.email-freed': 'freed the email address of {person}',
  'email-change.requested': 'asked for a new address for {person}',
  'email-change.withdrawn': 'withdrew the new address for {person}',
  'email-change.confirmed': 'confirmed a new address',
  'email-replacement.requested': 'began to replace the lost address of {person}',
  'email-replacement.stopped': 'stopped the new address for {person}',
  'email-replacement.done': 'replaced the lost address and chose a new password',
  'owner.made': 'made {person} an owner',
  'owner.given-up': 'gave up ownership',
  'invitation.sent': 'sent an invitation to {person}',
  'invitation.requested': 'asked for a new invitation for {person}',
  'invitation.revoked': 'withdrew the invitation to {person}',
  'signed-in': 'signed in',
  'signed-out': 'signed out',
  'sign-in.refused': 'was refused at sign-in as {person}',
  'sign-in.throttled': 'was held back at sign-in as {person}, after too many wrong passwords',
  'password.reset-requested': 'asked for a new password for {person}',
  'password.reset': 'chose a new password by email',
  'password.changed': 'changed their own password',
  'session.ended': 'signed out one of their devices',
  'sessions.ended-elsewhere': 'signed out everywhere else',
  'sessions.ended': 'signed {person} out everywhere',
  'password.link-sent': 'sent {person} a link to choose a new password',
  'access.refused': 'was refused a page that their role does not open',
  'managing.refused': 'was kept from changing {person}',
  'foreign-form.refused': 'was sent a form by another website, which was refused',
  'password.refused': 'gave a wrong password to verify',
  'password.throttled': 'was held back from verifying, after too many wrong passwords',
} as const

export type EventAction = keyof typeof EVENT_WORDS

export const EVENT_ACTIONS = Object.keys(EVENT_WORDS) as EventAction[]

/** Such as “added Rosa Delgado”. */
export function eventWords(action: string, person: string | null): string {
  const words = action in EVENT_WORDS ? EVENT_WORDS[action as EventAction] : action
  return words.replace('{person}', person ?? 'an unknown address')
}

const OTHER_LABELS: Record<string, string> = {
  clinicName: 'Clinic’s name',
  name: 'Clinic’s name',
  country: 'Country',
  idleMinutes: 'Idle minutes',
  failures: 'Wrong passwords in a row',
  asked: 'Asked for',
  reason: 'Reason',
  identifiedBy: 'Made sure who it is',
  people: 'People',
  shown: 'Filter',
  endsSession: 'Ended the session',
}

/** One line per change, with before and after; for something added or removed, just its value. */
export function changeWords(
  before: Record<string, unknown> | null,
  after: Record<string, unknown> | null,
): string[] {
  const order: string[] = [...USER_FIELD_NAMES, ...Object.keys(OTHER_LABELS)]
  const keys = Object.keys(after ?? before ?? {}).sort((a, b) => order.indexOf(a) - order.indexOf(b))
  return keys.flatMap((key) => {
    const label = labelOf(key)
    const [old, now] = [valueWords(key, before?.[key]), valueWords(key, after?.[key])]
    if (before && after) return `${label}: ${old ?? 'none'} → ${now ?? 'none'}`
    const given = now ?? old
    return given === null ? [] : `${label}: ${given}`
  })
}

function labelOf(key: string): string {
  return isUserField(key) ? USER_FIELDS[key].label : (OTHER_LABELS[key] ?? key)
}

/** Why someone was kept from changing somebody. */
const REASON_WORDS: Record<string, string> = {
  ownersOnly: 'An owner, so only another owner can do this',
  lastAdministrator: 'The only administrator',
  lastOwner: 'The only owner',
  ownerIsAdministrator: 'An owner, and owners are administrators',
}

function valueWords(key: string, value: unknown): string | null {
  if (key === 'role' && isRole(value)) return ROLES[value].label
  if (key === 'reason' && typeof value === 'string') return REASON_WORDS[value] ?? value
  if (value === true) return 'Yes'
  if (value === false) return 'No'
  return value === null || value === undefined || value === '' ? null : String(value)
}
