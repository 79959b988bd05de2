import { Type } from 'typebox'

export const ClinicName = Type.String({
  minLength: 1,
  maxLength: 100,
  format: 'line',
  message: {
    minLength: 'Enter the clinic’s name.',
    maxLength: 'Use at most 100 characters.',
  },
})
