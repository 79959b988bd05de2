import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { findClinic } from '../../clinics/clinics.ts'
import { ClinicName } from '../../clinics/fields.ts'
import { TIME_ZONES } from '../../clinics/time-zones.ts'
import { type FieldProblem, inWords } from '../../refusal.ts'
import { can } from '../../roles/roles.ts'
import type { Confirmation } from '../../sessions/confirmation.ts'
import { actorOf, currentUser } from '../../sessions/session-of-request.ts'
import { verifiedSubmission } from '../../sessions/verification-plugin.ts'
import { TimeZone } from '../../users/fields.ts'
import { answersOf, type Form, fieldsOf, formOf } from '../../web/forms.ts'
import { countryName } from '../../words/countries.ts'
import { words } from '../../words/en.ts'
import { COUNTRIES, IDLE_CHOICES, SecurityReserved, saveClinicSettings } from './clinic-settings.ts'

const said = words.clinic

declare module 'fastify' {
  interface Pages {
    'settings/clinic/index': {
      form: Form
      countries: typeof COUNTRIES
      timeZones: readonly string[]
      idleChoices: typeof IDLE_CHOICES
      idleWords: string
      /** Where there are many clinics. */
      url: string | null
    }
  }
}

const ClinicForm = Type.Object(
  {
    clinicName: ClinicName,
    country: Type.String({
      enum: COUNTRIES.map(({ code }) => code),
      message: said.chooseCountry,
    }),
    timeZone: TimeZone,
    idleMinutes: Type.Optional(
      Type.String({
        enum: IDLE_CHOICES.map(({ minutes }) => String(minutes)),
        message: said.chooseIdle,
      }),
    ),
  },
  { additionalProperties: false },
)

export const clinicRoutes: FastifyPluginAsyncTypebox = async (app) => {
  app.get('/', { config: { access: 'clinic.settings' } }, async (request, reply) => {
    const clinic = await findClinic(app.db, currentUser(request).clinicId)
    const { name: clinicName, country, timeZone, idleMinutes } = clinic
    return clinicPage(
      request,
      reply,
      formOf({ clinicName, country, timeZone, idleMinutes: String(idleMinutes) }),
    )
  })

  app.post(
    '/',
    {
      config: {
        access: 'clinic.settings',
        verify: securityChange,
        rules: securityRules,
        onInvalid: clinicPage,
      },
      schema: { body: ClinicForm },
    },
    async (request, reply) => {
      const { clinicName: name, country, timeZone, idleMinutes } = request.body
      const settings = { name, country, timeZone, ...(idleMinutes && { idleMinutes: Number(idleMinutes) }) }
      await saveClinicSettings(app.db, actorOf(request), settings, verifiedSubmission(request))
      request.flash('notice', said.saved)
      return reply.redirect('/settings/clinic', 303)
    },
  )
}

/** The new session time-out, or null if it's unchanged. */
function newIdleMinutes(request: FastifyRequest): number | null {
  const { idleMinutes } = fieldsOf(request)
  const isNew = idleMinutes && Number(idleMinutes) !== currentUser(request).idleMinutes
  return isNew ? Number(idleMinutes) : null
}

async function securityRules(request: FastifyRequest): Promise<FieldProblem[]> {
  const isReserved = newIdleMinutes(request) !== null && !can(currentUser(request), 'clinic.security')
  return isReserved ? [inWords(new SecurityReserved().problem)] : []
}

/** Only a new session time-out needs the password. */
async function securityChange(request: FastifyRequest): Promise<Confirmation | null> {
  const idleMinutes = newIdleMinutes(request)
  if (idleMinutes === null) return null
  const { clinicName, country, timeZone } = answersOf(request, ClinicForm)
  const time = said.minutes(idleMinutes)
  return {
    heading: said.idleChange.heading,
    consequence: said.idleChange.consequence({ time }),
    rows: [
      { label: said.name, value: clinicName, field: 'clinicName' },
      {
        label: said.country,
        value: countryName(country),
        field: 'country',
      },
      { label: said.timeZone, value: timeZone, field: 'timeZone' },
      {
        label: said.idleChange.now,
        value: said.minutes(currentUser(request).idleMinutes),
        field: 'idleMinutes',
      },
      { label: said.idleChange.next, value: time, field: 'idleMinutes' },
    ],
    button: said.save,
  }
}

async function clinicPage(request: FastifyRequest, reply: FastifyReply, form: Form): Promise<unknown> {
  return reply.page('settings/clinic/index', {
    form,
    countries: COUNTRIES,
    timeZones: TIME_ZONES,
    idleChoices: IDLE_CHOICES,
    idleWords: said.minutes(currentUser(request).idleMinutes),
    url: request.server.config.hasManyClinics ? (request.clinic?.origin ?? null) : null,
  })
}
