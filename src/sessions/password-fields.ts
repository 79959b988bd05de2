import { Type } from 'typebox'
import { PASSWORD_MAX_LENGTH } from './password-rules.ts'

/** Rules about whose password it is are in `passwordProblem`. */
export const Password = Type.String({
  minLength: 1,
  maxLength: PASSWORD_MAX_LENGTH * 2,
  message: { minLength: 'Enter a password.', maxLength: `Use at most ${PASSWORD_MAX_LENGTH} characters.` },
})

export const CurrentPassword = Type.String({
  minLength: 1,
  maxLength: PASSWORD_MAX_LENGTH * 2,
  message: { minLength: 'Enter your password.', maxLength: 'That is not your password.' },
})
