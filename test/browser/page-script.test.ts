import type { Page } from 'playwright-core'
import { DEMO_PASSWORD } from '../../src/demo/team.ts'
import { testClinic } from '../support/app.ts'
import { freePort } from '../support/server-process.ts'
import t, { type Test } from '../support/tap.ts'
import { launch } from './chromium.ts'

const browser = await launch()
t.teardown(() => browser.close())

t.test('an administrator finds somebody while typing, and the Back button leads back', async (t) => {
  const { page } = await signedInPage(t)
  const people = page.locator('#people tbody tr')
  const everyone = await people.count()
  await page.getByLabel('Search').pressSequentially('rosa')
  await page.getByText('1 person found').waitFor()
  t.equal(await people.count(), 1)
  t.match(page.url(), /\?search=rosa$/, 'the address can be bookmarked')
  t.equal(await focused(page), 'search', 'the focus stays where one types')
  await page.getByLabel('Search').pressSequentially(' nobody')
  await page.getByText('No one matches “rosa nobody”').waitFor()
  t.equal(await people.count(), 0)

  await page.goBack()
  await page.getByText('No one matches').waitFor({ state: 'detached' })
  t.equal(new URL(page.url()).search, '')
  t.equal(await people.count(), everyone)
  t.equal(await page.getByLabel('Search').inputValue(), '')

  await page.getByLabel('Status').selectOption('Deactivated')
  await page.getByText(/(person|people) found/).waitFor()
  t.match(page.url(), /\?status=deactivated$/)
})

t.test('whoever types after their session ended meets the sign-in page, and then the list', async (t) => {
  const { page, db, again } = await signedInPage(t)
  await db.updateTable('sessions').set({ endedAt: new Date() }).execute()
  await page.getByLabel('Search').pressSequentially('rosa')
  await page.getByRole('heading', { name: 'Sign in' }).waitFor()
  await again()
  await page.getByText('1 person found').waitFor()
})

t.test('a minute before the end one press stays signed in', async (t) => {
  const { page } = await signedInPage(t)
  await page.clock.fastForward('28:40')
  t.equal(await page.getByRole('alertdialog').count(), 0)
  await page.clock.fastForward('00:20')
  const dialog = page.getByRole('alertdialog')
  await dialog.waitFor()
  const stayed = page.waitForResponse(/still-here/)
  await dialog.getByRole('button', { name: 'Stay signed in' }).click()
  t.equal((await stayed).status(), 204)
  await page.clock.fastForward('28:00')
  t.equal(await dialog.count(), 0, 'the time begins anew')
})

t.test('a list that nobody used is not left on the screen', async (t) => {
  const { page, db } = await signedInPage(t)
  await db.updateTable('sessions').set({ endedAt: new Date() }).execute()
  await page.clock.fastForward('31:00')
  await page.getByRole('heading', { name: 'Sign in' }).waitFor()
  t.match(page.url(), /next=%2Fsettings%2Fusers$/)
})

t.test('what was typed when the session ended is there again after signing in', async (t) => {
  const { page, db, again } = await signedInPage(t)
  await page.getByRole('link', { name: 'Add user' }).click()
  await page.getByLabel('First name').fill('Saoirse')
  await db.updateTable('sessions').set({ endedAt: new Date() }).execute()
  await page.clock.fastForward('31:00')
  await page.getByText('You’ve been signed out').waitFor()
  await page.getByRole('button', { name: 'Back to the form' }).click()
  await page.getByRole('button', { name: 'Create user' }).click()
  await page.getByRole('heading', { name: 'Sign in' }).waitFor()
  await again()
  await page.getByRole('button', { name: 'Continue' }).click()
  t.equal(await page.getByLabel('First name').inputValue(), 'Saoirse')
})

async function signedInPage(t: Test) {
  const port = await freePort()
  const { app, db, team } = await testClinic(t, { PUBLIC_URL: `http://localhost:${port}` })
  await app.listen({ host: '127.0.0.1', port })
  const page = await browser.newPage({ baseURL: `http://localhost:${port}` })
  t.teardown(() => page.close())
  await page.clock.install()
  await page.goto('/settings/users')
  const again = () => signIn(page, team.owner.email)
  await again()
  await page.getByRole('heading', { name: 'Users & practitioners' }).waitFor()
  return { page, db, again }
}

async function signIn(page: Page, email: string): Promise<void> {
  await page.getByLabel('Email').fill(email)
  await page.getByLabel('Password', { exact: true }).fill(DEMO_PASSWORD)
  await page.getByRole('button', { name: 'Sign in' }).click()
}

function focused(page: Page): Promise<string> {
  return page.evaluate('document.activeElement.id')
}
