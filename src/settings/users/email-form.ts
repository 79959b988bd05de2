import { Type } from 'typebox'
import { EmailField } from '../../users/fields.ts'
import { words } from '../../words/en.ts'

export const EmailForm = Type.Object(
  { personEmail: EmailField(words.userEmail.enter) },
  { additionalProperties: false },
)
