import { USER_FIELD_NAMES, USER_FIELDS, type UserField, type UserFieldName } from './user-fields.ts'

/** What the input in a form is called. Were it called email, browsers would fill in the administrator’s own. */
export type InputName = Exclude<UserFieldName, 'email'> | 'personEmail'

export function inputOf(name: UserFieldName): InputName {
  return name === 'email' ? 'personEmail' : name
}

export function fieldOfInput(input: InputName): UserField {
  return USER_FIELDS[input === 'personEmail' ? 'email' : input]
}

export const INPUT_NAMES = USER_FIELD_NAMES.map(inputOf)
