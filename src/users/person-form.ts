import type { FastifyRequest } from 'fastify'
import { type Static, Type } from 'typebox'
import type { FieldProblem } from '../refusal.ts'
import { currentUser } from '../web/session.ts'
import { RoleNotAssignable } from './add-user.ts'
import type { Details } from './edit-user.ts'
import { PersonName, RoleName, ShortText, TimeZone, YesOrNo } from './fields.ts'
import { tidyName } from './names.ts'
import { parsePhone } from './phone-number.ts'
import { assignableRoles, ROLES, type Role } from './roles.ts'

/** What Add user and Edit ask about a person, in the order of the form; Add user asks for the address in between. */
export const NameFields = {
  title: Type.Optional(ShortText(20)),
  firstName: PersonName('Enter a first name.'),
  lastName: PersonName('Enter a last name.'),
}

export const WorkFields = {
  mobileNumber: Type.Optional(ShortText(40)),
  timeZone: Type.Optional(TimeZone),
  role: RoleName,
  isPractitioner: YesOrNo('Say whether this user is a practitioner.'),
  profession: Type.Optional(ShortText(100)),
}

const Person = Type.Object({ ...NameFields, ...WorkFields })

export type PersonAnswers = Static<typeof Person>

export function roleChoices(request: FastifyRequest) {
  return assignableRoles(currentUser(request)).map((role) => ({ role, ...ROLES[role] }))
}

/** What the schema alone cannot tell: the clinic's phone numbers, and what the asker may give. */
export async function personRules(request: FastifyRequest): Promise<FieldProblem[]> {
  const me = currentUser(request)
  const { mobileNumber, role, isPractitioner, profession } = request.body as Partial<PersonAnswers>
  const problems: FieldProblem[] = []
  const phone = mobileNumber ? parsePhone(mobileNumber, me.country) : undefined
  if (phone && 'problem' in phone) problems.push({ field: 'mobileNumber', message: phone.problem })
  if (role && !assignableRoles(me).includes(role)) problems.push(...new RoleNotAssignable().problems)
  if (isPractitioner === 'yes' && !profession) {
    problems.push({ field: 'profession', message: 'Enter a profession, like Physiotherapist.' })
  }
  return problems
}

export function detailsFrom(answers: PersonAnswers, me: { country: string; timeZone: string }): Details {
  const phone = answers.mobileNumber ? parsePhone(answers.mobileNumber, me.country) : undefined
  const isPractitioner = answers.isPractitioner === 'yes'
  return {
    title: answers.title || null,
    firstName: tidyName(answers.firstName),
    lastName: tidyName(answers.lastName),
    mobileNumber: phone && 'number' in phone ? phone.number : null,
    timeZone: answers.timeZone || me.timeZone,
    role: answers.role as Role,
    isPractitioner,
    profession: isPractitioner ? answers.profession || null : null,
  }
}
