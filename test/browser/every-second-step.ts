import type { Page } from 'playwright-core'
import { DEMO_PASSWORD, type Team } from '../../src/demo/team.ts'
import { Phone, SECOND_STEP, setUpPath } from '../support/second-step.ts'
import type { Frontdesk } from './frontdesk.ts'
import type { Steps } from './steps.ts'

/** Setting up an app, signing in with it, losing it, and what an administrator does then. */
export async function everySecondStep(
  step: Steps,
  desk: Frontdesk,
  team: Team,
  administrator: Page,
  page: Page,
): Promise<void> {
  const { db } = desk
  const signIn = async () => {
    await page.goto('/sign-in')
    await page.getByLabel('Email').fill(team.scheduler.email)
    await page.getByRole('textbox', { name: 'Password' }).fill(DEMO_PASSWORD)
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  }
  await signIn()
  await step.at(page, 'second-step-off', SECOND_STEP)
  await page.getByRole('button', { name: 'Set up an app with codes' }).click()
  await page.getByLabel('Your password').fill(DEMO_PASSWORD)
  await step.press(page, 'Continue', 'second-step-app')
  const phone = new Phone({ html: await page.content() })
  await page.getByLabel('Code from the app').fill(phone.codeAt(8))
  await step.press(page, 'Turn on two-step sign-in', 'second-step-wrong-clock')
  await page.getByLabel('Code from the app').fill(phone.code())
  await step.press(page, 'Turn on two-step sign-in', 'recovery-codes')
  await step.press(page, 'I’ve saved them', 'second-step-on')
  await db.updateTable('sessions').set({ secondStepAt: null }).execute()
  await page.getByRole('button', { name: 'Make new recovery codes' }).click()
  await step.look('verify-password-and-code', page)
  await page.goto('/my-details')
  await page.getByRole('button', { name: 'Sign out', exact: true }).first().click()
  await db.updateTable('clinics').set({ rememberDays: 30 }).where('id', '=', team.owner.clinicId).execute()
  await signIn()
  await step.look('sign-in-code', page)
  await page.getByLabel('Code', { exact: true }).fill('000000')
  await step.press(page, 'Sign in', 'sign-in-code-wrong')
  await step.at(page, 'sign-in-recovery', '/sign-in/recovery')
  await step.at(page, 'sign-in-no-code', '/sign-in/help')
  await step.press(page, 'Ask an administrator', 'sign-in-help-asked')

  await step.at(administrator, 'two-step-rule', '/settings/clinic/second-step')
  await administrator.getByRole('radio', { name: 'Everybody' }).check()
  await step.press(administrator, 'Save changes', 'two-step-rule-own-first')
  await step.at(administrator, 'users-no-second-step', '/settings/users?status=no-second-step')
  await step.at(administrator, 'person-with-second-step', `/settings/users/${team.scheduler.id}`)
  await administrator.getByRole('link', { name: 'Reset two-step sign-in' }).click()
  await step.look('second-step-reset', administrator)
  await administrator.getByRole('radio', { name: 'I saw them in person' }).check()
  await administrator.getByRole('button', { name: 'Continue' }).click()
  await administrator.getByLabel('Your password').fill(DEMO_PASSWORD)
  await step.press(administrator, 'Reset two-step sign-in', 'second-step-was-reset')

  await signIn()
  await step.look('set-up-needed', page)
  const path = await setUpPath(desk, team.scheduler)
  await step.at(page, 'set-up-password', path)
  await page.getByRole('textbox', { name: 'Password' }).fill(DEMO_PASSWORD)
  await step.press(page, 'Continue', 'set-up-app')
  const other = new Phone({ html: await page.content() })
  await page.getByLabel('Code from the app').fill(other.code())
  await page.getByRole('button', { name: 'Turn on two-step sign-in' }).click()
  await page.getByRole('button', { name: 'I’ve saved them' }).click()
  await page.getByRole('button', { name: 'Sign out', exact: true }).first().click()
  await step.at(page, 'set-up-closed', path)
  await step.at(page, 'set-up-unknown', '/set-up-second-step/nothing')
}
