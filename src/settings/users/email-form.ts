import { Type } from 'typebox'
import { EmailField } from '../../users/fields.ts'

export const EmailForm = Type.Object(
  { personEmail: EmailField('Enter an email address.') },
  { additionalProperties: false },
)

export function withdrawalWords(isWithdrawn: boolean): ['notice' | 'warning', string] {
  return isWithdrawn
    ? ['notice', 'The new address is withdrawn. The link in its email no longer works.']
    : ['warning', 'No new address is waiting any more: it was confirmed or withdrawn already.']
}
