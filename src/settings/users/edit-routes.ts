import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { TIME_ZONES } from '../../clinics/time-zones.ts'
import type { Id, User } from '../../database/schema.ts'
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
import { byName, DATE_FIELDS, isDateField } from '../../words/user-fields.ts'
import { changesDates, refuseDatesOf } from './access-dates.ts'
import { editConfirmation } from './edit-confirmation.ts'
import { editUser } from './edit-user.ts'
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
        ...{ access: 'users.edit', verify: protectedChange, onInvalid: editPage, rules: userRules },
        formAt: ({ url }) => `${url}/edit`,
      },
      schema: { params: IdParams, body: EditForm },
    },
    async (request, reply) => {
      const { version } = request.body
      const sessionId = sessionIdOf(request)
      const details = detailsTyped(request, await userOfRequest(request))
      const edit = { details, version, verifiedIn: verifiedSubmission(request), sessionId }
      const id = await editUser(app.db, actorOf(request), request.params.id, edit)
      request.flash('notice', words.users.edit.done)
      return reply.redirect(`/settings/users/${id}`, 303)
    },
  )
}

/** Only a change of role or of dates needs the password. */
async function protectedChange(request: FastifyRequest): Promise<Confirmation | null> {
  const { user, details } = await requestedUser(request)
  const after = detailsTyped(request, user)
  if (changesDates(details, after)) refuseDatesOf(user, currentUser(request).id, details, after)
  return editConfirmation(request.server.db, user, details, after)
}

/** A form that doesn't ask for the dates leaves them as they are. */
function detailsTyped(request: FastifyRequest, user: User): Details {
  const { version: _, ...answers } = answersOf(request, EditForm)
  const unasked = DATE_FIELDS.filter((name) => answers[name] === undefined)
  return { ...detailsFrom(answers, currentUser(request)), ...byName(unasked, (name) => user[name]) }
}

async function editPage(request: FastifyRequest, reply: FastifyReply, form: Form): Promise<unknown> {
  const { user, details } = await requestedUser(request)
  const { country, id: me } = currentUser(request)
  const version = versionOf(details)
  const changes = changesByOthers(version, answersFrom(details, country), form.value, country)
  return reply.page('settings/users/edit', {
    ...{ form, changes, id: user.id, name: fullName(user), version },
    fields: ASKED_TO_EDIT.filter((name) => user.id !== me || !isDateField(name)),
    ...{ roles: roleChoices(request), timeZones: TIME_ZONES, phoneRows: phoneRows(form.value) },
    phoneTypes: PHONE_TYPES,
  })
}

async function requestedUser(request: FastifyRequest): Promise<{ user: User; details: Details }> {
  const user = await userOfRequest(request)
  return { user, details: await readDetails(request.server.db, user) }
}
