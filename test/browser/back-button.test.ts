import type { Page } from 'playwright-core'
import { DEMO_PASSWORD } from '../../src/demo/team.ts'
import { testClinic } from '../support/app.ts'
import { freePort } from '../support/server-process.ts'
import t, { type Test } from '../support/tap.ts'
import { launch } from './chromium.ts'

const browser = await launch()
t.teardown(() => browser.close())

for (const javaScriptEnabled of [true, false]) {
  const how = javaScriptEnabled ? 'with JavaScript' : 'without JavaScript'

  t.test(`${how}, Back from the last look leads to the form as it was filled in`, async (t) => {
    const page = await addUserPage(t, javaScriptEnabled)
    await fillIn(page)
    await page.getByRole('button', { name: 'Create user' }).click()
    await page.getByRole('heading', { name: 'Verify your password' }).waitFor()
    await page.getByLabel('Your password').fill('half a password')
    await page.goBack()
    await page.getByRole('heading', { name: 'Add user' }).waitFor()
    t.equal(await page.getByLabel('First name').inputValue(), 'Nora')
    t.equal(await page.getByLabel('Email', { exact: true }).inputValue(), 'nora@harbour.example')
    t.equal(await page.getByLabel('Mobile number').inputValue(), '0491 570 156')
    t.ok(await page.getByLabel('Scheduler').isChecked())
    t.ok(await page.getByLabel('No', { exact: true }).isChecked())

    await page.getByLabel('First name').fill('Norah')
    await page.getByRole('button', { name: 'Create user' }).click()
    await page.getByText('Add Norah Lindgren').waitFor()
    await page.getByLabel('Your password').fill(DEMO_PASSWORD)
    await page.getByRole('button', { name: 'Create user' }).click()
    await page.getByText('Norah has been invited.').waitFor()
    await page.goto(new URL('/settings/users/new', page.url()).href)
    t.equal(await page.getByLabel('First name').inputValue(), '', 'the next one begins empty')
  })

  t.test(`${how}, one button starts again with an empty form, and Cancel leads away`, async (t) => {
    const page = await addUserPage(t, javaScriptEnabled)
    await fillIn(page)
    await page.getByRole('button', { name: 'Create user' }).click()
    await page.getByRole('heading', { name: 'Verify your password' }).waitFor()
    await page.goto(new URL('/settings/users/new', page.url()).href)
    t.equal(await page.getByLabel('First name').inputValue(), 'Nora')
    await page.getByRole('button', { name: 'Start again with an empty form' }).click()
    await page.getByText('We’ve kept what you typed.').waitFor({ state: 'detached' })
    t.equal(await page.getByLabel('First name').inputValue(), '')

    await fillIn(page)
    await page.getByRole('button', { name: 'Create user' }).click()
    await page.getByRole('button', { name: 'Change' }).click()
    await page.getByRole('button', { name: 'Cancel' }).click()
    await page.getByRole('heading', { name: 'Users & practitioners' }).waitFor()
    await page.getByRole('link', { name: 'Add user' }).first().click()
    t.equal(await page.getByLabel('First name').inputValue(), '')
  })
}

async function fillIn(page: Page): Promise<void> {
  await page.getByLabel('First name').fill('Nora')
  await page.getByLabel('Last name').fill('Lindgren')
  await page.getByLabel('Email', { exact: true }).fill('nora@harbour.example')
  await page.getByLabel('Mobile number').fill('0491 570 156')
  await page.getByLabel('Scheduler').check()
  await page.getByLabel('No', { exact: true }).check()
}

async function addUserPage(t: Test, javaScriptEnabled: boolean): Promise<Page> {
  const port = await freePort()
  const { app, team } = await testClinic(t, { PUBLIC_URL: `http://localhost:${port}` })
  await app.listen({ host: '127.0.0.1', port })
  const context = await browser.newContext({ baseURL: `http://localhost:${port}`, javaScriptEnabled })
  t.teardown(() => context.close())
  const page = await context.newPage()
  page.setDefaultTimeout(15_000)
  await page.goto('/sign-in?next=/settings/users/new')
  await page.getByLabel('Email').fill(team.administrator.email)
  await page.getByLabel('Password', { exact: true }).fill(DEMO_PASSWORD)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('heading', { name: 'Add user' }).waitFor()
  return page
}
