import type { FastifyRequest } from 'fastify'
import { type Static, Type } from 'typebox'
import { type FieldProblem, inWords } from '../../refusal.ts'
import { assignableRoles, ROLES, type Role, type RoleDescription } from '../../roles/roles.ts'
import { currentUser } from '../../sessions/session-of-request.ts'
import type { Details, OwnDetails } from '../../users/details.ts'
import { NameField, RoleName, ShortText, TimeZone, YesOrNo } from '../../users/fields.ts'
import { LastNameFields, lastNameOf, lastNameProblems } from '../../users/last-name.ts'
import { tidyName } from '../../users/names.ts'
import { type PHONE_TYPES, phoneProblems, type phoneRows, phonesFrom } from '../../users/phone-form.ts'
import { type Fields, type Form, fieldsOf } from '../../web/forms.ts'
import { typedDay } from '../../words/typed-day.ts'
import {
  byName,
  DATE_FIELDS,
  isOwnField,
  OWN_TEXT_FIELDS,
  type TextField,
  USER_FIELD_NAMES,
  USER_FIELDS,
  type UserFieldName,
  WORK_TEXT_FIELDS,
} from '../../words/user-fields.ts'
import { INPUT_NAMES } from '../../words/user-inputs.ts'
import { dateProblems } from './access-dates-form.ts'
import { RoleNotAssignable } from './add-user.ts'

const DATE_MAX_LENGTH = 40

/** What Add user, Edit and My details ask, in the order of their forms. */
export const NameFields = inOrderOfTable({
  firstName: NameField(USER_FIELDS.firstName.missing),
  ...LastNameFields,
  ...lines(OWN_TEXT_FIELDS),
})

export const ZoneField = { timeZone: Type.Optional(TimeZone) }

export const WorkFields = {
  role: RoleName,
  isPractitioner: YesOrNo(USER_FIELDS.isPractitioner.missing),
  ...lines(WORK_TEXT_FIELDS),
  ...byName(DATE_FIELDS, () => Type.Optional(ShortText(DATE_MAX_LENGTH))),
}

/** What each form asks, in the order of the table. A profession is asked with the practitioner. */
const ASKED = USER_FIELD_NAMES.filter((name) => name !== 'profession')
export const ASKED_TO_ADD = ASKED.filter((name) => name !== 'phoneNumbers')
export const ASKED_TO_EDIT = ASKED.filter((name) => name !== 'email' && name !== 'mobileNumber')
export const ASKED_OF_ONESELF = ASKED_TO_EDIT.filter(isOwnField)

const MyFields = Type.Object({ ...NameFields, ...ZoneField })
const UserFields = Type.Object({ ...NameFields, ...ZoneField, ...WorkFields })

type MyAnswers = Static<typeof MyFields>
type UserAnswers = Static<typeof UserFields>

interface Asker {
  country: string
  timeZone: string
}

export interface RoleChoice extends RoleDescription {
  role: Role
}

/** Shared by Edit and Edit your details. */
export interface DetailsPage {
  form: Form
  fields: UserFieldName[]
  changes: string[]
  version: string
  timeZones: readonly string[]
  phoneRows: ReturnType<typeof phoneRows>
  phoneTypes: typeof PHONE_TYPES
}

export function roleChoices(request: FastifyRequest): RoleChoice[] {
  return assignableRoles(currentUser(request)).map((role) => ({ role, ...ROLES[role] }))
}

/** Beyond the schema: the clinic's phone numbers, and the roles that the acting person can grant. */
export async function userRules(request: FastifyRequest): Promise<FieldProblem[]> {
  const work = workProblems(currentUser(request), fieldsOf(request))
  return [...(await detailsRules(request)), ...work]
}

/** For My details, which doesn't ask about work. */
export async function detailsRules(request: FastifyRequest): Promise<FieldProblem[]> {
  return [...lastNameProblems(fieldsOf(request)), ...(await phoneRules(request))]
}

async function phoneRules(request: FastifyRequest): Promise<FieldProblem[]> {
  const answers = fieldsOf(request)
  return phoneProblems((field) => answers[field], currentUser(request).country)
}

export function workProblems(
  me: { role: Role; country: string },
  { role, isPractitioner, profession, ...others }: Fields,
): FieldProblem[] {
  const problems = dateProblems(others, me.country)
  if (role && !assignableRoles(me).some((name) => name === role))
    problems.push(inWords(new RoleNotAssignable().problem))
  if (isPractitioner === 'yes' && !profession) {
    problems.push({ field: 'profession', message: USER_FIELDS.profession.missing })
  }
  return problems
}

export function myDetailsFrom(answers: MyAnswers, me: Asker): OwnDetails {
  return {
    ...byName(OWN_TEXT_FIELDS, (name) => answers[name] || null),
    firstName: tidyName(answers.firstName),
    lastName: lastNameOf(answers),
    phoneNumbers: phonesFrom((field) => answers[field as keyof MyAnswers], me.country),
    timeZone: answers.timeZone || me.timeZone,
  }
}

export function detailsFrom(answers: UserAnswers, me: Asker): Details {
  const isPractitioner = answers.isPractitioner === 'yes'
  return {
    ...myDetailsFrom(answers, me),
    role: answers.role,
    isPractitioner,
    ...byName(WORK_TEXT_FIELDS, (name) => answers[name] || null),
    ...byName(DATE_FIELDS, (name) => typedDay(answers[name] ?? '', me.country)),
    ...(!isPractitioner && { profession: null }),
  }
}

function lines<Name extends TextField>(names: readonly Name[]) {
  return byName(names, (name) => Type.Optional(ShortText(USER_FIELDS[name].maxLength)))
}

function inOrderOfTable<Inputs extends object>(inputs: Inputs): Inputs {
  const order: string[] = INPUT_NAMES
  const entries = Object.entries(inputs).sort(([a], [b]) => order.indexOf(a) - order.indexOf(b))
  return Object.fromEntries(entries) as Inputs
}
