import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import Fastify, { type FastifyInstance, type FastifyServerOptions, type RouteOptions } from 'fastify'
import { clinicOfRequest, clinicOriginOf } from './clinics/clinic-of-request.ts'
import type { Config } from './config.ts'
import type { Database } from './database/database.ts'
import { confirmEmailRoutes } from './email-changes/confirm-email-routes.ts'
import { newMailboxRoutes } from './email-changes/new-mailbox-routes.ts'
import { stopReplacementRoutes } from './email-changes/stop-replacement-routes.ts'
import { webhookRoutes } from './emails/webhook-routes.ts'
import { joinRoutes } from './invitations/routes.ts'
import { codeAppRoutes } from './my-details/code-app-routes.ts'
import { ownDetailsRoutes } from './my-details/details-routes.ts'
import { ownEmailRoutes } from './my-details/email-routes.ts'
import { ownPasskeyRoutes } from './my-details/passkey-routes.ts'
import { passwordRoutes } from './my-details/password-routes.ts'
import { myDetailsRoutes } from './my-details/routes.ts'
import { ownSecondStepRoutes } from './my-details/second-step-routes.ts'
import { ownSessionRoutes } from './my-details/session-routes.ts'
import { outboxRoutes } from './outbox/routes.ts'
import { access, requireAccess } from './sessions/access-plugin.ts'
import { networks } from './sessions/networks-plugin.ts'
import { pageData } from './sessions/page-data-of-request.ts'
import { createPasswords, type Passwords } from './sessions/passwords.ts'
import { recordRefused } from './sessions/refusal-of-request.ts'
import { session, userOf } from './sessions/session-of-request.ts'
import { keptForms } from './sessions/typed-form.ts'
import { endUnverifiedSession, verification } from './sessions/verification-plugin.ts'
import { setUpRoutes } from './set-up/routes.ts'
import { activityExportRoutes } from './settings/activity/export-routes.ts'
import { eventRoutes } from './settings/activity/routes.ts'
import { networkRoutes } from './settings/clinic/network-routes.ts'
import { clinicRoutes } from './settings/clinic/routes.ts'
import { twoStepRuleRoutes } from './settings/clinic/two-step-routes.ts'
import { draftRoutes } from './settings/imports/draft-routes.ts'
import { importRoutes } from './settings/imports/import-routes.ts'
import { newImportRoutes } from './settings/imports/new-import-routes.ts'
import { roleRoutes } from './settings/roles/routes.ts'
import { anywhereRoutes } from './settings/users/anywhere-routes.ts'
import { deactivationRoutes } from './settings/users/deactivation-routes.ts'
import { editRoutes } from './settings/users/edit-routes.ts'
import { emailRoutes } from './settings/users/email-routes.ts'
import { exportRoutes } from './settings/users/export-routes.ts'
import { freeEmailRoutes } from './settings/users/free-email-routes.ts'
import { listRoutes } from './settings/users/list/list-routes.ts'
import { ownershipRoutes } from './settings/users/ownership-routes.ts'
import { reactivationRoutes } from './settings/users/reactivation-routes.ts'
import { replaceEmailRoutes } from './settings/users/replace-email-routes.ts'
import { resetSecondStepRoutes } from './settings/users/reset-second-step-routes.ts'
import { userRoutes } from './settings/users/routes.ts'
import { signInHelpRoutes } from './settings/users/sign-in-help-routes.ts'
import { interruptedForms } from './sign-in/interrupted-forms-plugin.ts'
import { passkeySignInRoutes } from './sign-in/passkey-routes.ts'
import { resetRoutes } from './sign-in/reset-routes.ts'
import { sessionRoutes } from './sign-in/routes.ts'
import { secondStepRoutes } from './sign-in/second-step-routes.ts'
import { setUpSecondStepRoutes } from './sign-in/set-up-routes.ts'
import { styleguideRoutes } from './styleguide/routes.ts'
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

/** The table of contents: every plugin and every feature, in the order in which a request meets them. */
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

    await pages.register(setUpRoutes)
    await pages.register(sessionRoutes)
    await pages.register(secondStepRoutes)
    await pages.register(passkeySignInRoutes)
    await pages.register(setUpSecondStepRoutes, { prefix: '/set-up-second-step' })
    await pages.register(resetRoutes)
    await pages.register(passwordRoutes)
    await pages.register(ownSessionRoutes, { prefix: '/my-details/sessions' })
    await pages.register(listRoutes, { prefix: '/settings/users' })
    await pages.register(exportRoutes, { prefix: '/settings/users' })
    await pages.register(newImportRoutes, { prefix: '/settings/imports' })
    await pages.register(draftRoutes, { prefix: '/settings/imports' })
    await pages.register(importRoutes, { prefix: '/settings/imports' })
    await pages.register(userRoutes, { prefix: '/settings/users' })
    await pages.register(editRoutes, { prefix: '/settings/users' })
    await pages.register(ownershipRoutes, { prefix: '/settings/users' })
    await pages.register(emailRoutes, { prefix: '/settings/users' })
    await pages.register(signInHelpRoutes, { prefix: '/settings/users' })
    await pages.register(resetSecondStepRoutes, { prefix: '/settings/users' })
    await pages.register(anywhereRoutes, { prefix: '/settings/users' })
    await pages.register(replaceEmailRoutes, { prefix: '/settings/users' })
    await pages.register(deactivationRoutes, { prefix: '/settings/users' })
    await pages.register(reactivationRoutes, { prefix: '/settings/users' })
    await pages.register(freeEmailRoutes, { prefix: '/settings/users' })
    await pages.register(clinicRoutes, { prefix: '/settings/clinic' })
    await pages.register(twoStepRuleRoutes, { prefix: '/settings/clinic/second-step' })
    await pages.register(networkRoutes, { prefix: '/settings/clinic/networks' })
    await pages.register(roleRoutes, { prefix: '/settings/roles' })
    await pages.register(eventRoutes, { prefix: '/settings/activity' })
    await pages.register(activityExportRoutes, { prefix: '/settings/activity' })
    await pages.register(myDetailsRoutes, { prefix: '/my-details' })
    await pages.register(ownDetailsRoutes, { prefix: '/my-details' })
    await pages.register(ownSecondStepRoutes, { prefix: '/my-details/second-step' })
    await pages.register(ownPasskeyRoutes, { prefix: '/my-details/second-step/passkeys' })
    await pages.register(codeAppRoutes, { prefix: '/my-details/second-step/app' })
    await pages.register(ownEmailRoutes, { prefix: '/my-details/email' })
    await pages.register(confirmEmailRoutes, { prefix: '/confirm-email' })
    await pages.register(newMailboxRoutes, { prefix: '/new-mailbox' })
    await pages.register(stopReplacementRoutes, { prefix: '/stop-replacement' })
    await pages.register(joinRoutes, { prefix: '/join' })
    await pages.register(outboxRoutes, { prefix: '/outbox' })
    await pages.register(styleguideRoutes, { prefix: '/styleguide' })
  })
  return app as unknown as FastifyInstance
}
