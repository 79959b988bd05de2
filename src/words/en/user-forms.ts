import { askedLabel, byName, inputOf, USER_FIELD_NAMES, userField } from '../user-fields.ts'

/** Every field of a user, as a form asks for it. */
export const userFields = byName(USER_FIELD_NAMES, (name) => ({
  ...userField(name),
  asked: askedLabel(name),
  input: inputOf(name),
}))
