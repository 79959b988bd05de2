import type { FastifyInstance } from 'fastify'
import type { Config } from './config.ts'
import { confirmEmailRoutes } from './email-changes/confirm-email-routes.ts'
import { newMailboxRoutes } from './email-changes/new-mailbox-routes.ts'
import { stopReplacementRoutes } from './email-changes/stop-replacement-routes.ts'
import { findClinicRoutes } from './find-clinic/routes.ts'
import { joinRoutes } from './invitations/routes.ts'
import { codeAppRoutes } from './my-details/code-app-routes.ts'
import { ownDetailsRoutes } from './my-details/details-routes.ts'
import { ownEmailRoutes } from './my-details/email-routes.ts'
import { ownPasskeyRoutes } from './my-details/passkey-routes.ts'
import { passwordRoutes } from './my-details/password-routes.ts'
import { myDetailsRoutes } from './my-details/routes.ts'
import { ownSecondStepRoutes } from './my-details/second-step-routes.ts'
import { ownSessionRoutes } from './my-details/session-routes.ts'
import { newClinicRoutes } from './new-clinic/routes.ts'
import { outboxRoutes } from './outbox/routes.ts'
import { setUpRoutes } from './set-up/routes.ts'
import { activityExportRoutes } from './settings/activity/export-routes.ts'
import { eventRoutes } from './settings/activity/routes.ts'
import { closingRoutes } from './settings/clinic/closing-routes.ts'
import { clinicExportRoutes } from './settings/clinic/export-routes.ts'
import { labelRoutes } from './settings/clinic/label-routes.ts'
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
import { passkeySignInRoutes } from './sign-in/passkey-routes.ts'
import { resetRoutes } from './sign-in/reset-routes.ts'
import { sessionRoutes } from './sign-in/routes.ts'
import { secondStepRoutes } from './sign-in/second-step-routes.ts'
import { setUpSecondStepRoutes } from './sign-in/set-up-routes.ts'
import { styleguideRoutes } from './styleguide/routes.ts'

/** Every room with pages, and where it is. */
export async function registerScreens(pages: FastifyInstance, config: Config): Promise<void> {
  if (config.hasManyClinics) {
    await pages.register(findClinicRoutes, { prefix: '/find' })
    await pages.register(newClinicRoutes, { prefix: '/new-clinic' })
    await pages.register(labelRoutes, { prefix: '/settings/clinic/address' })
  }
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
  await pages.register(clinicExportRoutes, { prefix: '/settings/clinic/export' })
  await pages.register(closingRoutes, { prefix: '/settings/clinic/close' })
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
}
