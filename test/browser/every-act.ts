import type { Page } from 'playwright-core'
import { CAST_PASSWORD, type Cast } from '../../src/database/cast.ts'
import { confirmPath } from '../support/email-changes.ts'
import { resetPath } from '../support/password-resets.ts'
import type { Frontdesk } from './frontdesk.ts'
import type { Steps } from './steps.ts'

/** The acts of a staff account's life, from the list to a forgotten password. */
export async function everyAct(
  step: Steps,
  desk: Frontdesk,
  cast: Cast,
  administrator: Page,
  guest: Page,
): Promise<void> {
  await lists(step, administrator)
  await onePerson(step, administrator, cast)
  await oneself(step, administrator)
  await newAddress(step, administrator, desk)
  await forgottenPassword(step, guest, desk, cast)
}

async function lists(step: Steps, page: Page): Promise<void> {
  await step.at(page, 'users-found', '/settings/users?search=a&role=receptionist&sort=-last-sign-in')
  await step.at(page, 'users-none', '/settings/users?search=nobody+like+this&status=invited')
  await step.at(page, 'activity', '/settings/activity')
  await step.at(page, 'clinic', '/settings/clinic')
  await page.getByLabel('Clinic’s name').fill('')
  await step.press(page, 'Save changes', 'clinic-with-errors')
}

async function onePerson(step: Steps, page: Page, cast: Cast): Promise<void> {
  const receptionist = `/settings/users/${cast.receptionist.id}`
  await step.at(page, 'edit-user', `${receptionist}/edit`)
  await page.getByLabel('Last name').fill('')
  await step.press(page, 'Save changes', 'edit-user-with-errors')
  await page.goto(receptionist)
  await step.press(page, 'Deactivate', 'deactivate-user')
  await page.goto(`/settings/users/${cast.deactivated.id}`)
  await step.press(page, 'Reactivate', 'reactivate-user')
  await step.at(page, 'change-address', `${receptionist}/address`)
  await step.at(page, 'address', `/settings/users/${cast.invited.id}/address`)
}

async function oneself(step: Steps, page: Page): Promise<void> {
  await step.at(page, 'edit-own-details', '/my-details/edit')
  await step.at(page, 'own-password', '/my-details/password')
  await page.getByLabel('Current password').fill(CAST_PASSWORD)
  await page.getByLabel('New password').fill('too short')
  await step.press(page, 'Change password', 'own-password-with-errors')
}

async function newAddress(step: Steps, page: Page, desk: Frontdesk): Promise<void> {
  await step.at(page, 'own-email', '/my-details/email')
  await page.getByLabel('Email').fill('adam.okafor@new.example')
  await step.press(page, 'Ask to confirm', 'own-email-verify')
  await page.getByLabel('Your own password').fill(CAST_PASSWORD)
  await step.press(page, 'Ask to confirm', 'own-email-pending')
  await step.at(page, 'confirm-email', await confirmPath(desk.db, desk.config))
  await step.at(page, 'confirm-email-closed', '/confirm-email/nothing')
}

async function forgottenPassword(step: Steps, page: Page, desk: Frontdesk, cast: Cast): Promise<void> {
  await step.at(page, 'forgot-password', '/forgot-password')
  await page.getByLabel('Email').fill(cast.bookkeeper.email)
  await step.press(page, 'Send the link', 'reset-requested')
  await step.at(page, 'reset-password', await resetPath(desk.db, desk.config, cast.bookkeeper))
  await page.getByLabel('New password').fill('too short')
  await step.press(page, 'Change password', 'reset-password-with-errors')
  await step.at(page, 'reset-closed', '/reset-password/nothing')
}
