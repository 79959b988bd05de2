import { isRole, ROLES } from '../../roles/roles.ts'
import type { Details, OwnDetails } from '../../users/details.ts'
import { phoneAnswers, phonesFrom, phoneWords } from '../../users/phone-form.ts'
import { words } from '../../words/en.ts'
import {
  byName,
  OWN_TEXT_FIELDS,
  USER_FIELD_NAMES,
  USER_FIELDS,
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
  return { ...ownAnswersFrom(details, country), role: details.role, isPractitioner, ...texts }
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

function answerWords(field: string, answer: string): string {
  if (field === 'role' && isRole(answer)) return ROLES[answer].label
  if (answer === 'yes') return words.users.yes
  return answer === 'no' ? words.users.no : answer
}

function wordsOf(value: (field: string) => string, country: string): (field: string) => string {
  return (field) =>
    field === 'phoneNumbers'
      ? phoneWords(phonesFrom(value, country), country)
      : answerWords(field, value(field))
}
