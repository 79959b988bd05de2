import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import Fastify, { type FastifyInstance, type FastifyServerOptions, type RouteOptions } from 'fastify'
import { clinicOfRequest, clinicOriginOf } from './clinics/clinic-of-request.ts'
import { tlsRoutes } from './clinics/tls-routes.ts'
import type { Config } from './config.ts'
import type { Database } from './database/database.ts'
import { webhookRoutes } from './emails/webhook-routes.ts'
import { registerScreens } from './screens.ts'
import { access, requireAccess } from './sessions/access-plugin.ts'
import { networks } from './sessions/networks-plugin.ts'
import { pageData } from './sessions/page-data-of-request.ts'
import { createPasswords, type Passwords } from './sessions/passwords.ts'
import { recordRefused } from './sessions/refusal-of-request.ts'
import { session, userOf } from './sessions/session-of-request.ts'
import { keptForms } from './sessions/typed-form.ts'
import { endUnverifiedSession, verification } from './sessions/verification-plugin.ts'
import { interruptedForms } from './sign-in/interrupted-forms-plugin.ts'
import { CHECKS } from './users/field-checks.ts'
import { assets } from './web/assets.ts'
import { behindProxy } from './web/behind-proxy.ts'
import { compression } from './web/compression.ts'
import { registerErrors } from './web/errors.ts'
import { forms } from './web/forms.ts'
import { headers } from './web/headers.ts'
import { health } from './web/health.ts'
import { logOptions, logs } from './web/logs.ts'
import { publicUrlOnly } from './web/public-url.ts'
import { sameOrigin } from './web/same-origin.ts'
import { serverOptions } from './web/server-options.ts'
import { views } from './web/views.ts'

declare module 'fastify' {
  interface FastifyInstance {
    config: Config
    db: Database
    passwords: Passwords
  }
}

interface Parts {
  config: Config
  db: Database
  /** Tests use a cheaper hash. */
  passwords?: Passwords
  logger?: FastifyServerOptions['logger']
  /** Tests ask each route what it takes. */
  onRoute?: (route: RouteOptions) => void
}

/** The table of contents: every plugin, in the order in which a request meets them; `screens.ts` goes on with the rooms. */
export async function buildApp({ config, db, ...parts }: Parts): Promise<FastifyInstance> {
  const logger = parts.logger ?? logOptions(config)
  const options = serverOptions({ config, checks: CHECKS, logger })
  const app = Fastify(options).withTypeProvider<TypeBoxTypeProvider>()

  app.decorate('config', config)
  app.decorate('db', db)
  app.decorate('checks', CHECKS)
  app.decorate('passwords', parts.passwords ?? createPasswords(config.keys.passwords))
  if (parts.onRoute) app.addHook('onRoute', parts.onRoute)
  requireAccess(app)
  await app.register(behindProxy, config)
  await app.register(logs, { db, userIdOf: (request) => userOf(request)?.id ?? null })
  await app.register(headers, { publicUrl: config.publicUrl })
  await app.register(publicUrlOnly, { publicUrl: config.publicUrl })
  await app.register(compression)
  await app.register(health, { db })
  const asset = await assets(app)
  await app.register(webhookRoutes, { prefix: '/webhooks' })
  if (config.hasManyClinics) await app.register(tlsRoutes, { prefix: '/internal' })

  await app.register(async (pages) => {
    await pages.register(clinicOfRequest)
    await pages.register(session, { config, db })
    await pages.register(views, { asset, pageData })
    await pages.register(networks)
    await pages.register(access)
    await pages.register(sameOrigin, { originOf: clinicOriginOf, record: recordRefused })
    await pages.register(forms)
    await pages.register(interruptedForms, { config })
    await pages.register(verification, { config, db })
    await pages.register(keptForms)
    registerErrors(pages, { record: recordRefused, end: endUnverifiedSession })

    await registerScreens(pages, config)
  })
  return app as unknown as FastifyInstance
}
