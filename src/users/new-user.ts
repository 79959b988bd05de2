import type { FastifyReply, FastifyRequest } from 'fastify'
import { type Static, Type } from 'typebox'
import { TIME_ZONES } from '../accounts/time-zones.ts'
import { type FieldProblem, Refusal } from '../refusal.ts'
import { type Form, formOf } from '../web/forms.ts'
import type { Act } from '../web/reauthentication.ts'
import { currentUser } from '../web/session.ts'
import { type NewUser, RoleNotAssignable, refuseTakenEmail } from './add-user.ts'
import { EmailAddress, PersonName, RoleName, ShortText, TimeZone, YesOrNo } from './fields.ts'
import { fullName, tidyName } from './names.ts'
import { formatPhone, parsePhone } from './phone-number.ts'
import { assignableRoles, ROLES, type Role } from './roles.ts'

/** The form Add user. Its address field is not called email: browsers would fill in the administrator's own. */
export const NewUserForm = Type.Object(
  {
    title: Type.Optional(ShortText(20)),
    firstName: PersonName('Enter a first name.'),
    lastName: PersonName('Enter a last name.'),
    personEmail: EmailAddress('Enter an email address. The invitation goes there.'),
    mobileNumber: Type.Optional(ShortText(40)),
    timeZone: Type.Optional(TimeZone),
    role: RoleName,
    isPractitioner: YesOrNo('Say whether this user is a practitioner.'),
    profession: Type.Optional(ShortText(100)),
  },
  { additionalProperties: false },
)

type Answers = Partial<Static<typeof NewUserForm>>

export async function newUserPage(
  request: FastifyRequest,
  reply: FastifyReply,
  form: Form,
): Promise<unknown> {
  const me = currentUser(request)
  const roles = assignableRoles(me).map((role) => ({ role, ...ROLES[role] }))
  return reply.page('users/new', { form, roles, timeZones: TIME_ZONES })
}

export const emptyNewUser = (request: FastifyRequest): Form =>
  formOf({ timeZone: currentUser(request).timeZone })

/** What the schema alone cannot tell: the clinic's phone numbers, its people, and what the asker may give. */
export async function newUserRules(request: FastifyRequest): Promise<FieldProblem[]> {
  const me = currentUser(request)
  const { personEmail, mobileNumber, role, isPractitioner, profession } = request.body as Answers
  const problems: FieldProblem[] = []
  const phone = mobileNumber ? parsePhone(mobileNumber, me.country) : undefined
  if (phone && 'problem' in phone) problems.push({ field: 'mobileNumber', message: phone.problem })
  if (role && !assignableRoles(me).includes(role)) problems.push(...new RoleNotAssignable().problems)
  if (isPractitioner === 'yes' && !profession) {
    problems.push({ field: 'profession', message: 'Enter a profession, like Physiotherapist.' })
  }
  if (typeof personEmail === 'string') problems.push(...(await emailTakenProblems(request, personEmail)))
  return problems
}

async function emailTakenProblems(request: FastifyRequest, email: string): Promise<FieldProblem[]> {
  try {
    await refuseTakenEmail(request.server.db, currentUser(request).accountId, email)
    return []
  } catch (error) {
    if (error instanceof Refusal) return error.problems
    throw error
  }
}

export function newUserFrom(
  answers: Static<typeof NewUserForm>,
  country: string,
  clinicTimeZone: string,
): NewUser {
  const phone = answers.mobileNumber ? parsePhone(answers.mobileNumber, country) : undefined
  const isPractitioner = answers.isPractitioner === 'yes'
  return {
    title: answers.title || null,
    firstName: tidyName(answers.firstName),
    lastName: tidyName(answers.lastName),
    email: answers.personEmail,
    mobileNumber: phone && 'number' in phone ? phone.number : null,
    timeZone: answers.timeZone || clinicTimeZone,
    role: answers.role as Role,
    isPractitioner,
    profession: isPractitioner ? answers.profession || null : null,
  }
}

/** The last look before someone is created. */
export async function newUserAct(request: FastifyRequest): Promise<Act> {
  const me = currentUser(request)
  const person = newUserFrom(request.body as Static<typeof NewUserForm>, me.country, me.timeZone)
  const mobile = person.mobileNumber ? formatPhone(person.mobileNumber, me.country) : 'None given'
  const practitioner = person.isPractitioner ? `Yes, ${person.profession} (charged for)` : 'No (free)'
  return {
    heading: `Add ${fullName(person)} to ${me.accountName}`,
    consequence: `${person.firstName} is created and receives an invitation by email.`,
    rows: [
      {
        label: 'Name',
        value: [person.title, fullName(person)].filter(Boolean).join(' '),
        field: 'firstName',
      },
      { label: 'Email', value: person.email, field: 'personEmail' },
      { label: 'Mobile number', value: mobile, field: 'mobileNumber' },
      { label: 'Time zone', value: person.timeZone, field: 'timeZone' },
      { label: 'Security role', value: ROLES[person.role].label, field: 'role' },
      { label: 'Practitioner', value: practitioner, field: 'isPractitioner' },
    ],
    button: 'Create user',
  }
}
