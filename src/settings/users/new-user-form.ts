import type { FastifyReply, FastifyRequest } from 'fastify'
import { type Static, Type } from 'typebox'
import { TIME_ZONES } from '../../clinics/time-zones.ts'
import type { User } from '../../database/schema.ts'
import { type FieldProblem, inWords, Refusal } from '../../refusal.ts'
import { can, canManage, type Role } from '../../roles/roles.ts'
import type { Confirmation } from '../../sessions/confirmation.ts'
import { currentUser } from '../../sessions/session-of-request.ts'
import { likelyTypo } from '../../users/email-rules.ts'
import { refuseTakenEmail } from '../../users/email-taken.ts'
import { EmailField, ID_PATTERN, ShortText } from '../../users/fields.ts'
import { lastNameProblems } from '../../users/last-name.ts'
import { fullName } from '../../users/names.ts'
import { parsePhone } from '../../users/phone-number.ts'
import { findUserByEmail } from '../../users/users.ts'
import { answersOf, type Fields, type Form, fieldsOf } from '../../web/forms.ts'
import { dayAt } from '../../words/dates.ts'
import { words } from '../../words/en.ts'
import { USER_FIELDS, type UserFieldName } from '../../words/user-fields.ts'
import { pastProblems } from './access-dates-form.ts'
import type { NewUser } from './add-user.ts'
import { newUserRows } from './new-user-rows.ts'
import {
  ASKED_TO_ADD,
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
      fields: UserFieldName[]
      leaver: User | null
    }
  }
}

/** The form Add user. Its address field isn't called email, or browsers would fill in the administrator's own. */
export const NewUserForm = Type.Object(
  {
    ...NameFields,
    personEmail: EmailField(USER_FIELDS.email.missing),
    mobileNumber: Type.Optional(ShortText(40)),
    /** Someone who left, whose address this frees. */
    emailOf: Type.Optional(Type.String({ pattern: ID_PATTERN, message: words.forms.openAgain })),
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
    fields: ASKED_TO_ADD,
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
  return [...newUserProblems(newUserAsker(request), answers), ...taken]
}

/** With the clinic's day, before which no one new can leave. */
export function newUserAsker(request: FastifyRequest) {
  const me = currentUser(request)
  return { ...me, today: dayAt(new Date(), request.clinic?.timeZone ?? me.timeZone) }
}

/** Checks that need no database. */
export function newUserProblems(
  me: { country: string; role: Role; today: string },
  answers: Fields,
): FieldProblem[] {
  return [
    ...lastNameProblems(answers),
    ...mobileProblems(answers.mobileNumber, me.country),
    ...workProblems(me, answers),
    ...pastProblems(answers, me),
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
  const said = words.users.add.confirmation
  return {
    heading: said.heading({ name: fullName(person), clinic: me.clinicName }),
    consequence: [
      said.consequence({ name: person.firstName }),
      leaver && said.freed({ name: fullName(leaver) }),
    ]
      .filter(Boolean)
      .join(' '),
    rows: newUserRows(person, me.country),
    button: words.users.add.button,
    step: 2,
    meant: likelyTypo(person.email),
    asksForCode: can(person, 'users.edit'),
  }
}
