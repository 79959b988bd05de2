import { isRole, ROLES } from '../../roles/roles.ts'
import { countryName } from '../../words/countries.ts'
import { plainDay } from '../../words/dates.ts'
import { activity as words } from '../../words/en/activity.ts'
import { clinic } from '../../words/en/clinic.ts'
import { userEmail } from '../../words/en/user-email.ts'
import { isDateField, isUserField, USER_FIELD_NAMES, USER_FIELDS } from '../../words/user-fields.ts'

type EventAction = keyof typeof words.events

export const EVENT_ACTIONS = Object.keys(words.events) as EventAction[]

/** Such as “added Rosa Delgado”. */
export function eventWords(action: string, person: string): string {
  const said = Object.hasOwn(words.events, action) ? words.events[action as EventAction] : action
  return typeof said === 'function' ? said({ person }) : said
}

/** One line per change, with before and after; for something added or removed, just its value. */
export function changeWords(
  before: Record<string, unknown> | null,
  after: Record<string, unknown> | null,
): string[] {
  const order: string[] = [...USER_FIELD_NAMES, ...Object.keys(words.fields)]
  const keys = Object.keys(after ?? before ?? {}).sort((a, b) => order.indexOf(a) - order.indexOf(b))
  return keys.flatMap((key) => {
    const label = labelOf(key)
    const [old, now] = [valueWords(key, before?.[key]), valueWords(key, after?.[key])]
    if (before && after) return words.changed({ label, old, now })
    const value = now ?? old
    return value === null ? [] : words.given({ label, value })
  })
}

function labelOf(key: string): string {
  if (isUserField(key)) return USER_FIELDS[key].label
  return Object.hasOwn(words.fields, key) ? words.fields[key as keyof typeof words.fields] : key
}

function valueWords(key: string, value: unknown): string | null {
  if (key === 'role' && isRole(value)) return ROLES[value].label
  if (key === 'reason') return reasonWords(value)
  if (key === 'identifiedBy' && isIdentification(value)) return IDENTIFIED[value]
  if (key === 'idleMinutes' && typeof value === 'number') return clinic.minutes(value)
  if (key === 'country' && typeof value === 'string') return countryName(value)
  if (isUserField(key) && isDateField(key) && typeof value === 'string') return plainDay(value)
  return plainWords(value)
}

function plainWords(value: unknown): string | null {
  if (Array.isArray(value))
    return value.map((one) => (isRole(one) ? ROLES[one].label : one)).join(', ') || null
  if (value === true) return words.yes
  if (value === false) return words.no
  return value === null || value === undefined || value === '' ? null : String(value)
}

const IDENTIFIED = userEmail.replace.saidAnswers

function isIdentification(value: unknown): value is keyof typeof IDENTIFIED {
  return typeof value === 'string' && Object.hasOwn(IDENTIFIED, value)
}

/** A code, alone or with the name of whom it is about. */
function reasonWords(value: unknown): string | null {
  const { code, name } = (typeof value === 'string' ? { code: value } : (value ?? {})) as Reason
  if (code === undefined) return null
  const said = Object.hasOwn(words.reasons, code) ? words.reasons[code as keyof typeof words.reasons] : code
  return typeof said === 'function' ? said({ name }) : said
}

interface Reason {
  code?: string
  name?: string
}
