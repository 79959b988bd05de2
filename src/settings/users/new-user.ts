import type { FastifyReply, FastifyRequest } from 'fastify'
import { type Static, Type } from 'typebox'
import { TIME_ZONES } from '../../clinics/time-zones.ts'
import type { User } from '../../database/schema.ts'
import { type FieldProblem, inWords, Refusal } from '../../refusal.ts'
import { canManage, ROLES, type Role } from '../../roles/roles.ts'
import type { Confirmation } from '../../sessions/confirmation.ts'
import { currentUser } from '../../sessions/session.ts'
import { likelyTypo } from '../../users/email-rules.ts'
import { refuseTakenEmail } from '../../users/email-taken.ts'
import { EmailField, ID_PATTERN, ShortText } from '../../users/fields.ts'
import { lastNameProblems } from '../../users/last-name.ts'
import { fullName } from '../../users/names.ts'
import { formatPhone, parsePhone } from '../../users/phone-number.ts'
import { findUserByEmail } from '../../users/users.ts'
import { answersOf, type Fields, type Form, fieldsOf } from '../../web/forms.ts'
import type { NewUser } from './add-user.ts'
import {
  detailsFrom,
  NameFields,
  type RoleChoice,
  roleChoices,
  WorkFields,
  workProblems,
  ZoneField,
} from './user-form.ts'

declare module 'fastify' {
  interface Pages {
    'settings/users/new': {
      form: Form
      roles: RoleChoice[]
      timeZones: readonly string[]
      asksEmail: true
      leaver: User | null
    }
  }
}

/** The form Add user. Its address field isn't called email, or browsers would fill in the administrator's own. */
export const NewUserForm = Type.Object(
  {
    ...NameFields,
    personEmail: EmailField('Enter an email address. The invitation goes there.'),
    mobileNumber: Type.Optional(ShortText(40)),
    /** Someone who left, whose address this frees. */
    emailOf: Type.Optional(Type.String({ pattern: ID_PATTERN, message: 'Open the form again.' })),
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
  return reply.page('settings/users/new', {
    form,
    roles: roleChoices(request),
    timeZones: TIME_ZONES,
    asksEmail: true,
    leaver: await leaverWith(request, form.value('personEmail')),
  })
}

/** Someone who left with this address, and whom the acting person can manage. */
async function leaverWith(request: FastifyRequest, email: string): Promise<User | null> {
  const me = currentUser(request)
  const holder = email ? await findUserByEmail(request.server.db, me.clinicId, email) : null
  return holder?.deactivatedAt && canManage(me, holder) ? holder : null
}

/** No two people share an address; the message says who has it. */
export async function newUserRules(request: FastifyRequest): Promise<FieldProblem[]> {
  const answers = fieldsOf(request)
  const { personEmail, emailOf } = answers
  const email = typeof personEmail === 'string' ? personEmail : ''
  const isFreed = emailOf !== undefined && (await leaverWith(request, email))?.id === emailOf
  const taken = isFreed || !email ? [] : await emailTakenProblems(request, email)
  return [...newUserProblems(currentUser(request), answers), ...taken]
}

/** Checks that need no database. */
export function newUserProblems(me: { country: string; role: Role }, answers: Fields): FieldProblem[] {
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
    await refuseTakenEmail(request.server.db, currentUser(request).clinicId, email)
    return []
  } catch (error) {
    if (error instanceof Refusal) return [inWords(error.problem)]
    throw error
  }
}

export function newUserFrom(
  { personEmail, mobileNumber, emailOf: _, ...answers }: NewUserAnswers,
  me: { country: string; timeZone: string },
): NewUser {
  const phone = parsePhone(mobileNumber ?? '', me.country)
  const phoneNumbers = 'number' in phone ? [{ type: 'mobile' as const, number: phone.number }] : []
  return { ...detailsFrom(answers, me), phoneNumbers, email: personEmail }
}

/** Shown before someone is added. */
export async function addUserConfirmation(request: FastifyRequest): Promise<Confirmation> {
  const me = currentUser(request)
  const answers = answersOf(request, NewUserForm)
  const person = newUserFrom(answers, me)
  const leaver = answers.emailOf ? await leaverWith(request, person.email) : null
  const freed = leaver
    ? ` The address no longer belongs to ${fullName(leaver)}, who is deactivated and keeps it only as history.`
    : ''
  const [phone] = person.phoneNumbers
  const mobile = phone ? formatPhone(phone.number, me.country) : 'None given'
  const practitioner = person.isPractitioner ? `Yes, ${person.profession} (charged for)` : 'No (free)'
  return {
    heading: `Add ${fullName(person)} to ${me.clinicName}`,
    consequence: `${person.firstName} gets an account, and an invitation by email.${freed}`,
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
