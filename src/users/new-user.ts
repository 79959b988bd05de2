import type { FastifyReply, FastifyRequest } from 'fastify'
import { type Static, Type } from 'typebox'
import { TIME_ZONES } from '../accounts/time-zones.ts'
import { type FieldProblem, Refusal } from '../refusal.ts'
import { type Form, formOf } from '../web/forms.ts'
import type { Act } from '../web/reauthentication.ts'
import { currentUser } from '../web/session.ts'
import { type NewUser, refuseTakenEmail } from './add-user.ts'
import { likelyTypo } from './email-address.ts'
import { EmailAddress, ShortText } from './fields.ts'
import { lastNameProblems } from './last-name.ts'
import { fullName } from './names.ts'
import { detailsFrom, NameFields, roleChoices, WorkFields, workProblems, ZoneField } from './person-form.ts'
import { formatPhone, parsePhone } from './phone-number.ts'
import { ROLES, type Role } from './roles.ts'

/** The form Add user. Its address field is not called email: browsers would fill in the administrator's own. */
export const NewUserForm = Type.Object(
  {
    ...NameFields,
    personEmail: EmailAddress('Enter an email address. The invitation goes there.'),
    mobileNumber: Type.Optional(ShortText(40)),
    ...ZoneField,
    ...WorkFields,
  },
  { additionalProperties: false },
)

export type NewUserAnswers = Static<typeof NewUserForm>

export async function newUserPage(
  request: FastifyRequest,
  reply: FastifyReply,
  form: Form,
): Promise<unknown> {
  return reply.page('users/new', {
    form,
    roles: roleChoices(request),
    timeZones: TIME_ZONES,
    asksEmail: true,
  })
}

export const emptyNewUser = (request: FastifyRequest): Form =>
  formOf({ timeZone: currentUser(request).timeZone })

/** An address is one person's only; who has it is told at once. */
export async function newUserRules(request: FastifyRequest): Promise<FieldProblem[]> {
  const answers = request.body as Partial<NewUserAnswers>
  const { personEmail } = answers
  const taken = typeof personEmail === 'string' ? await emailTakenProblems(request, personEmail) : []
  return [...newUserProblems(currentUser(request), answers), ...taken]
}

/** What neither the schema can tell nor has to be looked up. */
export function newUserProblems(
  me: { country: string; role: Role },
  answers: Partial<NewUserAnswers>,
): FieldProblem[] {
  return [
    ...lastNameProblems(answers),
    ...mobileProblems(answers.mobileNumber, me.country),
    ...workProblems(me, answers),
  ]
}

function mobileProblems(text: unknown, country: string): FieldProblem[] {
  const phone = typeof text === 'string' && text ? parsePhone(text, country) : null
  return phone && 'problem' in phone ? [{ field: 'mobileNumber', message: phone.problem }] : []
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
  { personEmail, mobileNumber, ...answers }: NewUserAnswers,
  me: { country: string; timeZone: string },
): NewUser {
  const phone = parsePhone(mobileNumber ?? '', me.country)
  const phoneNumbers = 'number' in phone ? [{ type: 'mobile' as const, number: phone.number }] : []
  return { ...detailsFrom(answers, me), phoneNumbers, email: personEmail }
}

/** The last look before someone is created. */
export async function newUserAct(request: FastifyRequest): Promise<Act> {
  const me = currentUser(request)
  const person = newUserFrom(request.body as NewUserAnswers, me)
  const [phone] = person.phoneNumbers
  const mobile = phone ? formatPhone(phone.number, me.country) : 'None given'
  const practitioner = person.isPractitioner ? `Yes, ${person.profession} (charged for)` : 'No (free)'
  return {
    heading: `Add ${fullName(person)} to ${me.accountName}`,
    consequence: `${person.firstName} gets an account, and an invitation by email.`,
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
    step: 2,
    meant: likelyTypo(person.email),
  }
}
