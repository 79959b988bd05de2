import { Type } from 'typebox'
import { ROLE_NAMES, type Role } from '../roles/roles.ts'
import { forms } from '../words/en/forms.ts'
import { USER_FIELDS } from '../words/user-fields.ts'

/** Fields of forms about people. Each rule has its message beside it; `format` names a check in field-checks.ts. */

export const NameField = (missing: string) =>
  Type.String({ minLength: 1, format: 'person-name', message: { minLength: missing } })

export const EmailField = (missing: string) =>
  Type.String({ minLength: 1, format: 'email-address', message: { minLength: missing } })

export const TimeZone = Type.String({ format: 'time-zone', message: USER_FIELDS.timeZone.missing })

export const RoleName = Type.Unsafe<Role>(
  Type.String({ enum: [...ROLE_NAMES], message: USER_FIELDS.role.missing }),
)

export const YesOrNo = (missing: string) =>
  Type.Unsafe<'yes' | 'no'>(Type.String({ enum: ['yes', 'no'], message: missing }))

/** Free text of one line, such as a title or a profession. */
export const ShortText = (maxLength: number) =>
  Type.String({
    maxLength,
    format: 'line',
    message: { maxLength: forms.atMost(maxLength) },
  })

/** Ids are 64-bit numbers; 18 digits always fit. */
export const ID_PATTERN = '^[1-9][0-9]{0,17}$'

export const IdParams = Type.Object({ id: Type.String({ pattern: ID_PATTERN }) })

/** The person's version when the form was opened; see `versionOf`. */
export const FormVersion = Type.String({ pattern: '^[A-Za-z0-9_-]{43}$', message: forms.openAgain })

/** A form sends an unanswered field as an empty string. */
export const OptionalChoice = <T extends string>(choices: readonly T[]) =>
  Type.Optional(Type.Unsafe<T | ''>(Type.String({ enum: ['', ...choices], message: forms.chooseFromList })))

/** Only a button. */
export const EmptyForm = Type.Object({}, { additionalProperties: false })
