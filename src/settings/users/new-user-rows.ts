import type { Confirmation } from '../../sessions/confirmation.ts'
import { fullName } from '../../users/names.ts'
import { shownField } from '../../users/shown-fields.ts'
import { words } from '../../words/en.ts'
import { isDateField, isTextField, USER_FIELDS, type UserFieldName } from '../../words/user-fields.ts'
import { inputOf } from '../../words/user-inputs.ts'
import type { NewUser } from './add-user.ts'
import { ASKED_TO_ADD } from './user-form.ts'

const IN_NAME: readonly UserFieldName[] = ['title', 'firstName', 'lastName', 'hasOneName']

/** All that is about to be saved of somebody new. */
export function newUserRows(person: NewUser, country: string): Confirmation['rows'] {
  const name = [person.title, fullName(person)].filter(Boolean).join(' ')
  const others = ASKED_TO_ADD.filter((field) => !IN_NAME.includes(field)).flatMap((field) => {
    const shown = shownField(field, person, country)
    if ((isTextField(field) || isDateField(field)) && !shown) return []
    const value = field === 'isPractitioner' ? words.users.billed(person) : shown
    const { label } = USER_FIELDS[field]
    return [{ label, value: value ?? words.users.notGiven, field: inputOf(field) }]
  })
  return [{ label: words.users.name, value: name, field: 'firstName' }, ...others]
}
