import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { findClinicOf } from '../clinics/clinic-of-request.ts'
import { hasClinic } from '../clinics/clinics.ts'
import { ownTimeZone, TIME_ZONES } from '../clinics/time-zones.ts'
import { can } from '../roles/roles.ts'
import { passwordRules } from '../sessions/password-rules.ts'
import { originOf, startSession } from '../sessions/session-of-request.ts'
import { signInUrl } from '../sessions/sign-in-url.ts'
import { EmailField } from '../users/fields.ts'
import { lastNameOf } from '../users/last-name.ts'
import { type Form, fieldsOf, formOf } from '../web/forms.ts'
import { words } from '../words/en.ts'
import { FIRST_RUN_FIELDS, firstRunProblems } from './first-run-form.ts'
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
    ...FIRST_RUN_FIELDS,
    email: EmailField(words.signIn.enterEmail),
  },
  { additionalProperties: false },
)

export const setUpRoutes: FastifyPluginAsyncTypebox = async (app) => {
  app.get('/', { config: { access: 'anyone', at: 'any host' } }, async (request, reply) => {
    if (request.isAtBareHost) return reply.redirect('/find', 303)
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
    {
      config: {
        access: 'anyone',
        onInvalid: setupPage,
        rules: async (request) => firstRunProblems(fieldsOf(request)),
      },
      schema: { body: FirstRun },
    },
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
