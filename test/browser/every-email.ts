import type { Page } from 'playwright-core'
import type { User } from '../../src/database/schema.ts'
import { DEMO_PASSWORD, type Team } from '../../src/demo/team.ts'
import { replacementPath } from '../support/email-changes.ts'
import type { Frontdesk } from './frontdesk.ts'
import type { Steps } from './steps.ts'

/** What an administrator does about addresses and ways in, and what the person it is about sees of it. */
export async function everyEmail(
  step: Steps,
  desk: Frontdesk,
  team: Team,
  administrator: Page,
  guest: Page,
): Promise<void> {
  await helpToSignIn(step, administrator, team.receptionist)
  await doubtfulEmails(step, administrator)
  await lostMailbox(step, administrator, guest, desk, team.receptionist)
  await freedEmail(step, administrator, team.deactivated)
}

async function helpToSignIn(step: Steps, page: Page, user: User): Promise<void> {
  await page.goto('/settings/users?role=receptionist')
  await step.press(page, 'Export as CSV', 'export-users')
  await page.goto(`/settings/users/${user.id}`)
  await step.press(page, 'Sign out everywhere', 'sign-out-user')
  await page.goto(`/settings/users/${user.id}`)
  await step.press(page, 'Send a link to choose a new password', 'password-link')
}

async function doubtfulEmails(step: Steps, page: Page): Promise<void> {
  await fillNewUser(page, 'nora@gmial.com')
  await step.press(page, 'Create user', 'verify-password-meant')
  await page.goto('/settings/imports')
  const rows = [
    'First name\tLast name\tEmail\tSecurity role\tPractitioner',
    'Ida\tRhodes\tida@gmial.com\tScheduler\tNo',
  ]
  await page.getByLabel('Paste from a spreadsheet').fill(rows.join('\n'))
  await step.press(page, 'Review', 'import-users-doubtful')
}

async function lostMailbox(
  step: Steps,
  page: Page,
  guest: Page,
  { db, config }: Frontdesk,
  user: User,
): Promise<void> {
  await step.at(page, 'replace-email', `/settings/users/${user.id}/replace-email`)
  await step.press(page, 'Send the link', 'replace-email-with-errors')
  await page.getByLabel('New email').fill('rosa.delgado@new.example')
  await page.getByRole('radio', { name: 'I haven’t been able to' }).check()
  await step.press(page, 'Send the link', 'replace-email-verify')
  await verify(page, 'Send the link')
  const path = (purpose: Parameters<typeof replacementPath>[2]) => replacementPath(db, config, purpose)
  await step.at(guest, 'new-mailbox-early', await path('email replacement'))
  await db.updateTable('emailChanges').set({ usableFrom: new Date() }).where('userId', '=', user.id).execute()
  await step.at(guest, 'new-mailbox', await path('email replacement'))
  await guest.getByLabel('New password').fill('too short')
  await step.press(guest, 'Change address and password', 'new-mailbox-with-errors')
  await step.at(guest, 'stop-replacement', await path('email replacement stop'))
  await step.press(guest, 'Stop it, and keep my address', 'replacement-stopped')
}

async function freedEmail(step: Steps, page: Page, { id, email }: User): Promise<void> {
  await fillNewUser(page, email)
  await step.press(page, 'Create user', 'add-user-leaver')
  await page.goto(`/settings/users/${id}`)
  await step.press(page, 'Free this email address', 'free-address')
  await verify(page, 'Free this email address')
  await step.look('person-freed', page)
  await page.getByRole('link', { name: 'Reactivate' }).click()
  await step.look('reactivate-freed', page)
  await step.press(page, 'Reactivate', 'reactivate-freed-with-errors')
}

async function fillNewUser(page: Page, email: string): Promise<void> {
  await page.goto('/settings/users/new')
  const answers = { 'First name': 'Nora', 'Last name': 'Lindgren', Email: email }
  for (const [label, value] of Object.entries(answers)) await page.getByLabel(label).fill(value)
  await page.getByRole('radio', { name: 'Scheduler' }).check()
  await page.getByRole('radio', { name: 'No' }).check()
}

async function verify(page: Page, button: string): Promise<void> {
  await page.getByLabel('Your password').fill(DEMO_PASSWORD)
  await page.locator('main').getByRole('button', { name: button }).click()
  await page.waitForLoadState()
}
