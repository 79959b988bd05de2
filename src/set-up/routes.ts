import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { findClinicOf } from '../clinics/clinic-of-request.ts'
import { hasClinic } from '../clinics/clinics.ts'
import { ClinicName } from '../clinics/fields.ts'
import { ownTimeZone, TIME_ZONES } from '../clinics/time-zones.ts'
import type { FieldProblem } from '../refusal.ts'
import { can } from '../roles/roles.ts'
import { Password } from '../sessions/password-fields.ts'
import { passwordProblems, passwordRules } from '../sessions/password-rules.ts'
import { originOf, startSession } from '../sessions/session-of-request.ts'
import { signInUrl } from '../sessions/sign-in-url.ts'
import { EmailField, NameField, TimeZone } from '../users/fields.ts'
import { LastNameFields, lastNameOf, lastNameProblems } from '../users/last-name.ts'
import { type Fields, type Form, fieldsOf, formOf } from '../web/forms.ts'
import { words } from '../words/en.ts'
import { isSetupCode, setUp } from './set-up.ts'

declare module 'fastify' {
  interface Pages {
    'set-up/not-set-up': null
    'set-up/set-up': { form: Form; timeZones: readonly string[]; passwordRules: readonly string[] }
    'set-up/refused': { isUsed: boolean }
  }
}

const FirstRun = Type.Object(
  {
    code: Type.String({ maxLength: 100 }),
    clinicName: ClinicName,
    timeZone: TimeZone,
    firstName: NameField(words.setUp.enterFirstName),
    ...LastNameFields,
    email: EmailField(words.signIn.enterEmail),
    password: Password,
  },
  { additionalProperties: false },
)

export const setUpRoutes: FastifyPluginAsyncTypebox = async (app) => {
  app.get('/', { config: { access: 'anyone' } }, async (request, reply) => {
    const me = request.session.user
    if (me) return reply.redirect(can(me, 'users.list') ? '/settings/users' : '/my-details', 303)
    return (await hasClinic(app.db))
      ? reply.redirect(signInUrl(request), 303)
      : reply.page('set-up/not-set-up')
  })

  app.get(
    '/setup',
    {
      config: { access: 'anyone' },
      schema: { querystring: Type.Object({ code: Type.Optional(Type.String()) }) },
    },
    async (request, reply) =>
      setupPage(request, reply, formOf({ code: request.query.code, timeZone: ownTimeZone() })),
  )

  app.post(
    '/setup',
    { config: { access: 'anyone', onInvalid: setupPage, rules: firstRunRules }, schema: { body: FirstRun } },
    async (request, reply) => {
      const { code, password, ...first } = request.body
      if (!(await mayUse(request, code))) return refuse(request, reply)
      const { ip, userAgent } = originOf(request)
      const passwordHash = await app.passwords.hash(password)
      const owner = await setUp(
        app.db,
        { ip, userAgent },
        { ...first, lastName: lastNameOf(first), passwordHash },
      )
      await findClinicOf(request)
      await startSession(request, owner)
      request.flash('notice', words.setUp.done(first))
      return reply.redirect('/settings/users', 303)
    },
  )
}

async function setupPage(request: FastifyRequest, reply: FastifyReply, form: Form): Promise<unknown> {
  if (!(await mayUse(request, form.value('code')))) return refuse(request, reply)
  return reply.page('set-up/set-up', { form, timeZones: TIME_ZONES, passwordRules: passwordRules(null) })
}

async function mayUse(request: FastifyRequest, code: string): Promise<boolean> {
  return isSetupCode(request.server.config, code) && !(await hasClinic(request.server.db))
}

async function refuse(request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
  const isUsed = await hasClinic(request.server.db)
  return reply.code(isUsed ? 410 : 403).page('set-up/refused', { isUsed })
}

async function firstRunRules(request: FastifyRequest): Promise<FieldProblem[]> {
  const { password, firstName, lastName, email, clinicName } = formOfTexts(fieldsOf(request))
  const owner = { firstName, lastName, email, clinicName }
  return [...lastNameProblems(fieldsOf(request)), ...passwordProblems(password, owner, null)]
}

function formOfTexts(fields: Fields) {
  const text = (field: string) => String(fields[field] ?? '')
  return {
    password: text('password'),
    firstName: text('firstName'),
    lastName: text('lastName'),
    email: text('email'),
    clinicName: text('clinicName'),
  }
}
