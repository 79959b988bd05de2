import { Type } from 'typebox'
import { words } from '../words/en.ts'

const CLINIC_NAME_MAX_LENGTH = 100

export const ClinicName = Type.String({
  minLength: 1,
  maxLength: CLINIC_NAME_MAX_LENGTH,
  format: 'line',
  message: {
    minLength: words.clinics.enterName,
    maxLength: words.forms.tooLong({ limit: CLINIC_NAME_MAX_LENGTH }),
  },
})
