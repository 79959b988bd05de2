import { Type } from 'typebox'
import { words } from '../words/en.ts'
import { PASSWORD_MAX_LENGTH } from './password-rules.ts'

/** Rules about whose password it is are in `passwordProblem`. */
export const Password = Type.String({
  minLength: 1,
  maxLength: PASSWORD_MAX_LENGTH * 2,
  message: {
    minLength: words.passwords.enter,
    maxLength: words.forms.tooLong({ limit: PASSWORD_MAX_LENGTH }),
  },
})

export const CurrentPassword = Type.String({
  minLength: 1,
  maxLength: PASSWORD_MAX_LENGTH * 2,
  message: { minLength: words.passwords.enterYours, maxLength: words.passwords.incorrect },
})
