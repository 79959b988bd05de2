import { sql } from 'kysely'
import type { Browser, Page } from 'playwright-core'
import { DEMO_PASSWORD, demoClinic } from '../../src/demo/team.ts'
import { MANY, newestEmail } from '../support/bare-host.ts'
import { type Frontdesk, openFrontdesk } from './frontdesk.ts'
import type { Steps } from './steps.ts'

const HANNA = 'hanna@hilltop.example'

/** An installation with many clinics: finding one's own, setting one up, and what its owner can do to it. */
export async function everyClinic(step: Steps, browser: Browser): Promise<void> {
  const desk = await openFrontdesk(MANY)
  try {
    const context = await browser.newContext({ baseURL: desk.url, bypassCSP: true })
    const page = await context.newPage()
    await newClinic(step, desk, page)
    await find(step, desk, page)
    await own(step, desk, page)
  } finally {
    await desk.close()
  }
}

async function newClinic(step: Steps, desk: Frontdesk, page: Page): Promise<void> {
  await step.at(page, 'new-clinic', '/new-clinic')
  await step.press(page, 'Send the link', 'new-clinic-with-errors')
  await page.getByLabel('Email').fill(HANNA)
  await step.press(page, 'Send the link', 'new-clinic-asked')
  await step.at(page, 'new-clinic-set-up', await linkIn(desk))
  await step.press(page, 'Set up clinic', 'new-clinic-set-up-with-errors')
  const typed = {
    'Clinic name': 'Hilltop Clinic',
    'First name': 'Hanna',
    'Last name': 'Hill',
    'Web address': 'hilltop',
  }
  for (const [label, text] of Object.entries(typed)) await page.getByLabel(label, { exact: true }).fill(text)
  await page.getByRole('textbox', { name: 'Password' }).fill(DEMO_PASSWORD)
  await step.press(page, 'Set up clinic', 'new-clinic-ready')
  await step.at(page, 'new-clinic-unknown', '/new-clinic/1.x')
  await desk.db
    .updateTable('clinicInvitations')
    .set({ expiresAt: sql<Date>`now()`, madeLabel: null })
    .execute()
  await step.at(page, 'new-clinic-expired', await linkIn(desk))
}

async function find(step: Steps, desk: Frontdesk, page: Page): Promise<void> {
  await step.at(page, 'find-clinic', '/find')
  await step.press(page, 'Email me the list', 'find-clinic-with-errors')
  await page.getByLabel('Email').fill(HANNA)
  await step.press(page, 'Email me the list', 'find-clinic-asked')
  await step.at(page, 'find-clinic-found', await linkIn(desk, /\/find\/\S+/))
  await step.press(page, 'Keep this list in this browser', 'your-clinics')
  await step.at(page, 'find-clinic-unknown', '/find/1.x')
  await step.at(page, 'no-clinic-here', '/sign-in')
}

async function own(step: Steps, desk: Frontdesk, page: Page): Promise<void> {
  const { owner } = await demoClinic(desk.db, desk.passwords)
  const at = (path: string) => desk.url.replace('//', '//harbour-street-clinic.') + path
  await page.goto(at('/sign-in'))
  await page.getByLabel('Email').fill(owner.email)
  await page.getByRole('textbox', { name: 'Password' }).fill(DEMO_PASSWORD)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await step.at(page, 'clinic-as-owner', at('/settings/clinic'))
  await step.at(page, 'clinic-export', at('/settings/clinic/export'))
  await step.press(page, 'Export', 'clinic-export-verify')
  await step.at(page, 'clinic-close', at('/settings/clinic/close'))
  await step.press(page, 'Delete the clinic', 'clinic-close-with-errors')
  await page.getByLabel('Type the clinic’s name').fill('Harbour Street Clinic')
  await step.press(page, 'Delete the clinic', 'clinic-close-verify')
  await page.getByLabel('Your password').fill(DEMO_PASSWORD)
  await step.press(page, 'Delete the clinic', 'clinic-closing')
  await step.at(page, 'clinic-address', at('/settings/clinic/address'))
  await page.getByLabel('Web address').fill('admin')
  await step.press(page, 'Save changes', 'clinic-address-with-errors')
  await page.getByLabel('Web address').fill('harbour')
  await step.press(page, 'Save changes', 'clinic-address-verify')
  await page.getByLabel('Your password').fill(DEMO_PASSWORD)
  await step.press(page, 'Change the web address', 'clinic-address-changed')
  await desk.db
    .updateTable('clinics')
    .set({ suspendedAt: sql`now()`, suspendReason: 'The invoice of September is unpaid.' })
    .execute()
  await step.at(page, 'clinic-suspended', desk.url.replace('//', '//harbour.'))
}

/** In the newest email to Hanna. */
async function linkIn(desk: Frontdesk, link = /\/new-clinic\/\S+/): Promise<string> {
  return link.exec((await newestEmail(desk, HANNA)) ?? '')?.[0] ?? ''
}
