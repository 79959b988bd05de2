import { Type } from 'typebox'
import { words } from '../words/en.ts'

const MAX_LENGTH = 100

export const ClinicName = Type.String({
  minLength: 1,
  maxLength: MAX_LENGTH,
  format: 'line',
  message: {
    minLength: words.clinics.enterName,
    maxLength: words.forms.tooLong({ limit: MAX_LENGTH }),
  },
})
