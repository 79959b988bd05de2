import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { TIME_ZONES } from '../accounts/time-zones.ts'
import type { User } from '../database/schema.ts'
import { type Form, formOf } from '../web/forms.ts'
import { actorOf, currentUser } from '../web/session.ts'
import { readDetails, versionOf } from './details.ts'
import { editOwnDetails } from './edit-own-details.ts'
import { FormVersion } from './fields.ts'
import { changesMeanwhile, ownAnswersFrom } from './person-answers.ts'
import { NameFields, ownDetailsFrom, phoneRules, ZoneField } from './person-form.ts'
import { PHONE_TYPES, PhoneFields, phoneRows } from './phone-form.ts'
import { findUser } from './users.ts'

const OwnDetailsForm = Type.Object(
  { ...NameFields, ...PhoneFields, ...ZoneField, version: FormVersion },
  { additionalProperties: false },
)

/** Under My details: what everybody says about themselves. */
export const ownDetailsRoutes: FastifyPluginAsyncTypebox = async (app) => {
  app.get('/edit', { config: { access: 'signed-in' } }, async (request, reply) => {
    const { me, answers } = await ownAnswers(request)
    return editPage(request, reply, formOf({ ...answers, version: versionOf(me) }))
  })

  app.post(
    '/',
    {
      config: { access: 'signed-in', onInvalid: editPage, rules: phoneRules },
      schema: { body: OwnDetailsForm },
    },
    async (request, reply) => {
      const me = currentUser(request)
      const { version, ...answers } = request.body
      const actor = actorOf(request)
      await editOwnDetails(app.db, actor, ownDetailsFrom(answers, me), version)
      request.flash('notice', 'Your changes are saved.')
      return reply.redirect('/my-details', 303)
    },
  )
}

async function editPage(request: FastifyRequest, reply: FastifyReply, form: Form): Promise<unknown> {
  const { me, answers } = await ownAnswers(request)
  const changes = changesMeanwhile(me, answers, form.value, currentUser(request).country)
  return reply.page('users/edit-own-details', {
    ...{ form, changes, version: versionOf(me), timeZones: TIME_ZONES },
    ...{ phoneRows: phoneRows(form.value), phoneTypes: PHONE_TYPES },
  })
}

async function ownAnswers(request: FastifyRequest): Promise<{ me: User; answers: Record<string, string> }> {
  const { accountId, id, country } = currentUser(request)
  const { db } = request.server
  const me = await findUser(db, accountId, id)
  if (!me) throw new Error('The signed-in person is not in the database')
  return { me, answers: ownAnswersFrom(await readDetails(db, me), country) }
}
