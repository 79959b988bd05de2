import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { TIME_ZONES } from '../clinics/time-zones.ts'
import { actorOf, currentUser, sessionIdOf } from '../sessions/session-of-request.ts'
import { changesByOthers, ownAnswersFrom } from '../settings/users/user-answers.ts'
import {
  ASKED_OF_ONESELF,
  type DetailsPage,
  detailsRules,
  myDetailsFrom,
  NameFields,
  ZoneField,
} from '../settings/users/user-form.ts'
import { readOwnDetails, versionOf } from '../users/details.ts'
import { FormVersion } from '../users/fields.ts'
import { PHONE_TYPES, PhoneFields, phoneRows } from '../users/phone-form.ts'
import { findUser } from '../users/users.ts'
import { type Form, formOf } from '../web/forms.ts'
import { words } from '../words/en.ts'
import { editOwnDetails } from './edit-details.ts'

declare module 'fastify' {
  interface Pages {
    'my-details/edit': DetailsPage
  }
}

const OwnDetailsForm = Type.Object(
  { ...NameFields, ...PhoneFields, ...ZoneField, version: FormVersion },
  { additionalProperties: false },
)

/** My details: what people say about themselves. */
export const ownDetailsRoutes: FastifyPluginAsyncTypebox = async (app) => {
  app.get('/edit', { config: { access: 'my-details.edit' } }, async (request, reply) => {
    const { answers, version } = await ownAnswers(request)
    return editPage(request, reply, formOf({ ...answers, version }))
  })

  app.post(
    '/',
    {
      config: { access: 'my-details.edit', onInvalid: editPage, rules: detailsRules },
      schema: { body: OwnDetailsForm },
    },
    async (request, reply) => {
      const me = currentUser(request)
      const { version, ...answers } = request.body
      const sessionId = sessionIdOf(request)
      const edit = { details: myDetailsFrom(answers, me), version, sessionId }
      await editOwnDetails(app.db, actorOf(request), edit)
      request.flash('notice', words.myDetails.edit.done)
      return reply.redirect('/my-details', 303)
    },
  )
}

async function editPage(request: FastifyRequest, reply: FastifyReply, form: Form): Promise<unknown> {
  const { answers, version } = await ownAnswers(request)
  const changes = changesByOthers(version, answers, form.value, currentUser(request).country)
  return reply.page('my-details/edit', {
    ...{ form, fields: ASKED_OF_ONESELF, changes, version, timeZones: TIME_ZONES },
    ...{ phoneRows: phoneRows(form.value), phoneTypes: PHONE_TYPES },
  })
}

async function ownAnswers(
  request: FastifyRequest,
): Promise<{ answers: Record<string, string>; version: string }> {
  const { clinicId, id, country } = currentUser(request)
  const { db } = request.server
  const me = await findUser(db, clinicId, id)
  if (!me) throw new Error('The signed-in person is not in the database')
  const details = await readOwnDetails(db, me)
  return { answers: ownAnswersFrom(details, country), version: versionOf(details) }
}
