import { askedLabel, byName, USER_FIELD_NAMES, userField } from '../user-fields.ts'
import { inputOf } from '../user-inputs.ts'

/** Every field of a user, as a form asks for it. */
export const userFields = byName(USER_FIELD_NAMES, (name) => ({
  ...userField(name),
  asked: askedLabel(name),
  input: inputOf(name),
}))
