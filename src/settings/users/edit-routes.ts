import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { TIME_ZONES } from '../../clinics/time-zones.ts'
import type { Id, User } from '../../database/schema.ts'
import { isHigher, ROLES } from '../../roles/roles.ts'
import type { Confirmation } from '../../sessions/confirmation.ts'
import { actorOf, currentUser, sessionIdOf } from '../../sessions/session-of-request.ts'
import { typedOr } from '../../sessions/typed-form.ts'
import { verifiedSubmission } from '../../sessions/verification-plugin.ts'
import { type Details, readDetails, versionOf } from '../../users/details.ts'
import { FormVersion, IdParams } from '../../users/fields.ts'
import { fullName } from '../../users/names.ts'
import { PHONE_TYPES, PhoneFields, phoneRows } from '../../users/phone-form.ts'
import { answersOf, type Form } from '../../web/forms.ts'
import { words } from '../../words/en.ts'
import { editUser } from './edit-user.ts'
import { stopsRow } from './stops.ts'
import { answersFrom, changesByOthers } from './user-answers.ts'
import {
  ASKED_TO_EDIT,
  type DetailsPage,
  detailsFrom,
  NameFields,
  type RoleChoice,
  roleChoices,
  userRules,
  WorkFields,
  ZoneField,
} from './user-form.ts'
import { userOfRequest } from './user-page.ts'

declare module 'fastify' {
  interface Pages {
    'settings/users/edit': DetailsPage & { id: Id; name: string; roles: RoleChoice[] }
  }
}

const EditForm = Type.Object(
  {
    ...NameFields,
    ...PhoneFields,
    ...ZoneField,
    ...WorkFields,
    version: FormVersion,
  },
  { additionalProperties: false },
)

export const editRoutes: FastifyPluginAsyncTypebox = async (app) => {
  app.get(
    '/:id/edit',
    { config: { access: 'users.edit' }, schema: { params: IdParams } },
    async (request, reply) => {
      const { details } = await requestedUser(request)
      const answers = answersFrom(details, currentUser(request).country)
      return editPage(request, reply, await typedOr(request, { ...answers, version: versionOf(details) }))
    },
  )

  app.post(
    '/:id',
    {
      config: {
        ...{ access: 'users.edit', verify: roleChange, onInvalid: editPage, rules: userRules },
        formAt: ({ url }) => `${url}/edit`,
      },
      schema: { params: IdParams, body: EditForm },
    },
    async (request, reply) => {
      const me = currentUser(request)
      const { version, ...answers } = request.body
      const sessionId = sessionIdOf(request)
      const details = detailsFrom(answers, me)
      const edit = { details, version, verifiedIn: verifiedSubmission(request), sessionId }
      await requestedUser(request)
      const id = await editUser(app.db, actorOf(request), request.params.id, edit)
      request.flash('notice', words.users.edit.done)
      return reply.redirect(`/settings/users/${id}`, 303)
    },
  )
}

/** Only a change of role needs the password. */
async function roleChange(request: FastifyRequest): Promise<Confirmation | null> {
  const { user } = await requestedUser(request)
  const { role } = answersOf(request, EditForm)
  if (role === user.role) return null
  const said = words.users.edit.role
  return {
    heading: said.heading({ name: fullName(user) }),
    consequence: said.consequence({ name: user.firstName }),
    rows: [
      { label: said.now, value: ROLES[user.role].label, field: 'role' },
      { label: said.next, value: ROLES[role].label, field: 'role' },
      { label: said.allows, value: ROLES[role].explanation, field: 'role' },
      ...(await stopsRow(request.server.db, user, { role }, 'role')),
    ],
    button: words.users.edit.button,
    asksForCode: isHigher(role, user.role),
  }
}

async function editPage(request: FastifyRequest, reply: FastifyReply, form: Form): Promise<unknown> {
  const { user, details } = await requestedUser(request)
  const { country } = currentUser(request)
  const version = versionOf(details)
  const changes = changesByOthers(version, answersFrom(details, country), form.value, country)
  return reply.page('settings/users/edit', {
    ...{ form, changes, id: user.id, name: fullName(user), version, fields: ASKED_TO_EDIT },
    ...{ roles: roleChoices(request), timeZones: TIME_ZONES, phoneRows: phoneRows(form.value) },
    phoneTypes: PHONE_TYPES,
  })
}

async function requestedUser(request: FastifyRequest): Promise<{ user: User; details: Details }> {
  const user = await userOfRequest(request)
  return { user, details: await readDetails(request.server.db, user) }
}
