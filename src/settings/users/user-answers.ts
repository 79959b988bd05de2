import { isRole, ROLES } from '../../roles/roles.ts'
import type { Details, OwnDetails } from '../../users/details.ts'
import { phoneAnswers, phonesFrom, phoneWords } from '../../users/phone-form.ts'
import { plainDay } from '../../words/dates.ts'
import { words } from '../../words/en.ts'
import { typedDay } from '../../words/typed-day.ts'
import {
  byName,
  DATE_FIELDS,
  isDateField,
  OWN_TEXT_FIELDS,
  USER_FIELD_NAMES,
  USER_FIELDS,
  type UserFieldName,
  WORK_TEXT_FIELDS,
} from '../../words/user-fields.ts'

type Answers = Record<string, string>

/** The person as typed into My details. */
export function ownAnswersFrom(details: OwnDetails, country: string): Answers {
  const { firstName, lastName, phoneNumbers, timeZone } = details
  const hasOneName = lastName === '' ? 'yes' : ''
  return {
    ...byName(OWN_TEXT_FIELDS, (name) => details[name] ?? ''),
    firstName,
    lastName,
    hasOneName,
    ...phoneAnswers(phoneNumbers, country),
    timeZone,
  }
}

/** The person as typed into Edit. */
export function answersFrom(details: Details, country: string): Answers {
  const texts = byName(WORK_TEXT_FIELDS, (name) => details[name] ?? '')
  const isPractitioner = details.isPractitioner ? 'yes' : 'no'
  const dates = byName(DATE_FIELDS, (name) => dayAnswer(details[name]))
  return { ...ownAnswersFrom(details, country), role: details.role, isPractitioner, ...texts, ...dates }
}

/** In words, which no country reads in another way. */
function dayAnswer(day: string | null): string {
  return day ? plainDay(day).replaceAll('\u00a0', ' ') : ''
}

/** If someone else has saved the person since this form was opened: current values that differ from what was typed. */
export function changesByOthers(
  version: string,
  saved: Answers,
  typed: (field: string) => string,
  country: string,
): string[] {
  if (typed('version') === version) return []
  const inForm = USER_FIELD_NAMES.filter((field) => field in saved || field === 'phoneNumbers')
  const [now, here] = [wordsOf((field) => saved[field] ?? '', country), wordsOf(typed, country)]
  return inForm
    .filter((field) => now(field) !== here(field))
    .map((field) => `${USER_FIELDS[field].label}: ${now(field) || words.forms.nothing}`)
}

function answerWords(field: UserFieldName, answer: string, country: string): string {
  if (isDateField(field)) return dayAnswer(typedDay(answer, country)) || answer
  if (field === 'role' && isRole(answer)) return ROLES[answer].label
  if (answer === 'yes') return words.users.yes
  return answer === 'no' ? words.users.no : answer
}

function wordsOf(value: (field: string) => string, country: string): (field: UserFieldName) => string {
  return (field) =>
    field === 'phoneNumbers'
      ? phoneWords(phonesFrom(value, country), country)
      : answerWords(field, value(field), country)
}
