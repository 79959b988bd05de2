import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { TimeZone } from '../users/fields.ts'
import { type Form, formOf } from '../web/forms.ts'
import { actorOf, currentUser } from '../web/session.ts'
import { findAccount } from './accounts.ts'
import { COUNTRIES, IDLE_CHOICES, saveClinicSettings } from './clinic-settings.ts'
import { ClinicName } from './fields.ts'
import { TIME_ZONES } from './time-zones.ts'

const ClinicForm = Type.Object(
  {
    clinicName: ClinicName,
    country: Type.String({
      enum: COUNTRIES.map(({ code }) => code),
      message: 'Choose a country from the list.',
    }),
    timeZone: TimeZone,
    idleMinutes: Type.String({
      enum: IDLE_CHOICES.map(({ minutes }) => String(minutes)),
      message: 'Choose how long somebody may be idle.',
    }),
  },
  { additionalProperties: false },
)

export const clinicRoutes: FastifyPluginAsyncTypebox = async (app) => {
  app.get('/', { config: { access: 'clinic.settings' } }, async (request, reply) => {
    const account = await findAccount(app.db, currentUser(request).accountId)
    const { name: clinicName, country, timeZone, idleMinutes } = account
    return clinicPage(
      request,
      reply,
      formOf({ clinicName, country, timeZone, idleMinutes: String(idleMinutes) }),
    )
  })

  app.post(
    '/',
    { config: { access: 'clinic.settings', onInvalid: clinicPage }, schema: { body: ClinicForm } },
    async (request, reply) => {
      const { clinicName: name, country, timeZone, idleMinutes } = request.body
      await saveClinicSettings(app.db, actorOf(request), {
        name,
        country,
        timeZone,
        idleMinutes: Number(idleMinutes),
      })
      request.flash('notice', 'The clinic’s settings are saved.')
      return reply.redirect('/settings/clinic', 303)
    },
  )
}

async function clinicPage(_request: FastifyRequest, reply: FastifyReply, form: Form): Promise<unknown> {
  return reply.page('accounts/clinic', {
    form,
    countries: COUNTRIES,
    timeZones: TIME_ZONES,
    idleChoices: IDLE_CHOICES,
  })
}
