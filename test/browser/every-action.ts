import type { Page } from 'playwright-core'
import type { Database } from '../../src/database/database.ts'
import { DEMO_PASSWORD, type Team } from '../../src/demo/team.ts'
import { addNext } from '../../src/settings/imports/add-next.ts'
import { confirmPath } from '../support/email-changes.ts'
import { addEverybody } from '../support/imports.ts'
import { resetPath } from '../support/password-resets.ts'
import type { Frontdesk } from './frontdesk.ts'
import type { Steps } from './steps.ts'

const log = { info() {}, warn() {}, error() {} }

const USERS_TO_IMPORT = ({ receptionist, deactivated }: Team): string =>
  `
First name\tLast name\tEmail\tMobile number\tSecurity role\tPractitioner\tProfession\tShoe size
Ada\tLovelace\tada@harbour.example\t0491 570 156\tPractitioner\tYes\tPhysiotherapist\t38
Grace\tHopper\tgrace@harbour.example\t\tScheduler\tNo\t\t39
Alan\tTuring\talan.turing@harbour.example\t0491 570 157\tBookkeeper\tNo\t\t42
Rosa\tDelgado\t${receptionist.email}\t\tReceptionist\tNo\t\t
Dora\tQuinn\t${deactivated.email}\t\tReceptionist\tNo\t\t
\tvan den Wolfeschlegelsteinhausenbergerdorff\tada@harbour.example\t12\tBoss\tmaybe\t\t41`.trim()

/** The acts of a staff account's life, from the list to a forgotten password. */
export async function everyAction(
  step: Steps,
  desk: Frontdesk,
  team: Team,
  administrator: Page,
  guest: Page,
): Promise<void> {
  await lists(step, administrator)
  await importUsers(step, administrator, desk, team)
  await oneUser(step, administrator, team)
  await oneself(step, administrator, desk, team)
  await newEmail(step, administrator, desk)
  await forgottenPassword(step, guest, desk, team)
}

async function lists(step: Steps, page: Page): Promise<void> {
  await step.at(page, 'users-found', '/settings/users?search=a&role=receptionist&sort=-last-sign-in')
  await step.at(page, 'users-none', '/settings/users?search=nobody+like+this&status=invited')
  await step.at(page, 'activity', '/settings/activity')
  await step.at(page, 'clinic', '/settings/clinic')
  await page.getByLabel('Clinic name').fill('')
  await step.press(page, 'Save changes', 'clinic-with-errors')
  await page.goto('/settings/clinic')
  await page.getByLabel('Sign people out after').selectOption('60')
  await step.press(page, 'Save changes', 'clinic-verify')
  await step.at(page, 'networks', '/settings/clinic/networks')
  await page.getByLabel('Address or network of row 1').fill('203.0.113.7/24')
  await page.getByLabel('Label of row 1').fill('Front office')
  await page.getByLabel('Label of row 2').fill('Kitchen')
  await step.press(page, 'Save changes', 'networks-with-errors')
}

async function importUsers(step: Steps, page: Page, { db }: Frontdesk, team: Team): Promise<void> {
  await step.at(page, 'import-users', '/settings/imports')
  await step.press(page, 'Review', 'import-users-with-errors')
  await page.getByLabel('Paste from a spreadsheet').fill(USERS_TO_IMPORT(team))
  await step.press(page, 'Review', 'import-users-review')
  await page.evaluate('for (const part of document.querySelectorAll("details")) part.open = true')
  await step.look('import-users-review-opened', page)
  await page.getByRole('link', { name: 'Ada Lovelace' }).click()
  await step.look('import-users-change', page)
  await page.getByRole('link', { name: 'Cancel' }).click()
  await step.press(page, 'Skip all 3 rows that need attention', 'import-users-ready')
  await step.press(page, 'Add 3 people', 'import-users-verify')
  await page.getByLabel('Your password').fill(DEMO_PASSWORD)
  await page.getByRole('button', { name: 'Add 3 people' }).click()
  await addNext({ db, log })
  await page.goto(`${page.url()}?still=yes`)
  await step.look('import-users-adding', page)
  await giveEmail(db, team.expired, 'grace@harbour.example')
  await addEverybody({ db, log })
  await giveEmail(db, team.expired, team.expired.email)
  await page.goto(page.url().replace('?still=yes', ''))
  await step.look('import-users-done', page)
  await step.at(page, 'import-users-so-far', '/settings/imports')
}

function giveEmail(db: Database, user: { id: string }, email: string): Promise<unknown> {
  return db.updateTable('users').set({ email }).where('id', '=', user.id).execute()
}

async function oneUser(step: Steps, page: Page, team: Team): Promise<void> {
  const receptionist = `/settings/users/${team.receptionist.id}`
  await step.at(page, 'edit-user', `${receptionist}/edit`)
  await page.getByLabel('Last name').fill('')
  await step.press(page, 'Save changes', 'edit-user-with-errors')
  await page.goto(`${receptionist}/edit`)
  await page.getByRole('radio', { name: 'Bookkeeper' }).check()
  await step.press(page, 'Save changes', 'edit-user-verify')
  await page.goto(receptionist)
  await step.press(page, 'Deactivate', 'deactivate-user')
  await page.goto(`/settings/users/${team.deactivated.id}`)
  await step.press(page, 'Reactivate', 'reactivate-user')
  await step.at(page, 'change-address', `${receptionist}/address`)
  await step.at(page, 'address', `/settings/users/${team.invited.id}/address`)
}

async function oneself(step: Steps, page: Page, { url }: Frontdesk, team: Team): Promise<void> {
  await step.at(page, 'my-details-edit', '/my-details/edit')
  await step.at(page, 'change-password', '/my-details/password')
  await page.getByLabel('Current password').fill(DEMO_PASSWORD)
  await page.getByLabel('New password').fill('too short')
  await step.press(page, 'Change password', 'change-password-with-errors')
  const form = new URLSearchParams({ email: team.administrator.email, password: DEMO_PASSWORD })
  await fetch(`${url}/sign-in`, { method: 'POST', body: form, headers: { origin: url }, redirect: 'manual' })
  await page.goto('/my-details')
  await step.press(page, 'Sign out everywhere else', 'other-devices-verify')
}

async function newEmail(step: Steps, page: Page, desk: Frontdesk): Promise<void> {
  await step.at(page, 'change-email', '/my-details/email')
  await page.getByLabel('Email').fill('adam.okafor@new.example')
  await step.press(page, 'Send the link', 'change-email-verify')
  await page.getByLabel('Your password').fill(DEMO_PASSWORD)
  await step.press(page, 'Send the link', 'change-email-pending')
  await step.at(page, 'confirm-email', await confirmPath(desk.db, desk.config))
  await step.at(page, 'confirm-email-closed', '/confirm-email/nothing')
}

async function forgottenPassword(step: Steps, page: Page, desk: Frontdesk, team: Team): Promise<void> {
  await step.at(page, 'forgot-password', '/forgot-password')
  await page.getByLabel('Email').fill(team.bookkeeper.email)
  await step.press(page, 'Send the link', 'reset-requested')
  await step.at(page, 'reset-password', await resetPath(desk.db, desk.config, team.bookkeeper))
  await page.getByLabel('New password').fill('too short')
  await step.press(page, 'Change password', 'reset-password-with-errors')
  await step.at(page, 'reset-closed', '/reset-password/nothing')
}
