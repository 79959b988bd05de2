import type { BrowserContext, Page } from 'playwright-core'
import type { User } from '../../src/database/schema.ts'
import { DEMO_PASSWORD } from '../../src/demo/team.ts'
import { testClinic } from '../support/app.ts'
import { SECOND_STEP, setUpPath, withApp } from '../support/second-step.ts'
import { freePort } from '../support/server-process.ts'
import t from '../support/tap.ts'
import { until } from '../support/until.ts'
import { launchWhole } from './chromium.ts'

const port = await freePort()
const baseURL = `http://localhost:${port}`
const clinic = await testClinic(t, { PUBLIC_URL: baseURL })
const { app, db, team } = clinic
await app.listen({ host: '127.0.0.1', port })
const browser = await launchWhole()
t.teardown(() => browser.close())

interface Device {
  page: Page
  context: BrowserContext
  /** The passkeys that it holds. */
  count(): Promise<number>
  /** Whether its owner shows their finger. */
  setVerified(isVerified: boolean): Promise<void>
}

/**
 * A browser with an authenticator that DevTools plays, under our own CSP. It answers at once whatever asks, so autofill would
 * sign in before anybody typed.
 */
async function device({ autofills = false } = {}): Promise<Device> {
  const context = await browser.newContext({ baseURL })
  if (!autofills)
    await context.addInitScript('PublicKeyCredential.isConditionalMediationAvailable = async () => false')
  t.teardown(() => context.close())
  const page = await context.newPage()
  const cdp = await context.newCDPSession(page)
  await cdp.send('WebAuthn.enable')
  const { authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      ...{ protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true },
      ...{ isUserVerified: true, automaticPresenceSimulation: true },
    },
  })
  return {
    ...{ page, context },
    count: async () => (await cdp.send('WebAuthn.getCredentials', { authenticatorId })).credentials.length,
    setVerified: async (isUserVerified) => {
      await cdp.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified })
    },
  }
}

async function signIn(page: Page, { email }: User): Promise<void> {
  await page.goto('/sign-in')
  await page.getByLabel('Email').fill(email)
  await page.getByRole('textbox', { name: 'Password' }).fill(DEMO_PASSWORD)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
}

async function addPasskey(page: Page): Promise<void> {
  await page.goto(SECOND_STEP)
  await page.getByRole('button', { name: 'Add a passkey' }).click()
  await page.getByLabel('Your password').fill(DEMO_PASSWORD)
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.getByRole('button', { name: 'Make the passkey' }).click()
}

const pathOf = (page: Page) => new URL(page.url()).pathname
const arrives = (page: Page, path: string) => until(`the page ${path}`, () => pathOf(page) === path)

t.test('a receptionist makes a passkey, and signs in with it alone', async (t) => {
  const { page, count, setVerified } = await device()
  await signIn(page, team.receptionist)
  await addPasskey(page)
  await arrives(page, `${SECOND_STEP}/recovery-codes`)
  t.equal(await page.locator('.codes li').count(), 10, 'the codes come with the first one, whatever it is')
  t.equal(await count(), 1)
  await page.getByRole('button', { name: 'I’ve saved them' }).click()
  t.match(await page.locator('main').innerText(), /Your passkeys\s+My passkey/)
  await page.getByRole('button', { name: 'Sign out', exact: true }).first().click()

  await setVerified(false)
  await page.goto('/sign-in')
  await page.getByRole('button', { name: 'Use a passkey' }).click()
  await page.getByText('No passkey was used.').waitFor()
  t.equal(pathOf(page), '/sign-in', 'not without the finger')

  await setVerified(true)
  await page.getByRole('button', { name: 'Use a passkey' }).click()
  await arrives(page, '/my-details')
  const session = db.selectFrom('sessions').select('secondStep').where('secondStep', '=', 'passkey')
  t.ok((await session.execute()).length > 0)
})

t.test('where the browser offers passkeys as it fills in forms, choosing one is enough', async (t) => {
  const { page, context } = await device({ autofills: true })
  await signIn(page, team.scheduler)
  await addPasskey(page)
  await arrives(page, `${SECOND_STEP}/recovery-codes`)
  await page.getByRole('button', { name: 'Sign out', exact: true }).first().click()
  await page.goto('/sign-in').catch(() => {})
  await arrives(page, '/my-details')
  t.notOk(
    (await context.cookies()).some(({ name }) => name === 'passkey'),
    'its challenge is gone',
  )
})

t.test(
  'after the password a passkey stands in for the code, and verifies in place of the password',
  async (t) => {
    const { page } = await device()
    await signIn(page, team.administrator)
    await addPasskey(page)
    await arrives(page, `${SECOND_STEP}/recovery-codes`)
    await page.getByRole('button', { name: 'Sign out', exact: true }).first().click()
    await signIn(page, team.administrator)
    await arrives(page, '/sign-in/code')
    t.equal(await page.getByLabel('Code').count(), 0, 'whoever has no app is not asked for its code')
    await page.getByRole('button', { name: 'Use a passkey' }).click()
    await until('they are in', () => pathOf(page) !== '/sign-in/code')

    await page.goto(`/settings/users/${team.bookkeeper.id}`)
    await page.getByRole('button', { name: 'Deactivate' }).click()
    await page.getByRole('heading', { name: 'Verify your password' }).waitFor()
    await page.getByRole('button', { name: 'Use a passkey instead' }).click()
    await page.getByText('has been deactivated').waitFor()
  },
)

t.test('somebody else’s passkey, or a second use of what it answered, opens nothing', async (t) => {
  const { page, context } = await device()
  await signIn(page, team.practitioner)
  await addPasskey(page)
  await arrives(page, `${SECOND_STEP}/recovery-codes`)
  await page.getByRole('button', { name: 'Sign out', exact: true }).first().click()
  await withApp(clinic, team.owner)
  await signIn(page, team.owner)
  await arrives(page, '/sign-in/code')
  await page.goto('/sign-in')
  const posted = page.waitForRequest(
    (request) => request.url().endsWith('/sign-in/passkey') && request.method() === 'POST',
  )
  await page.getByRole('button', { name: 'Use a passkey' }).click()
  const request = await posted
  await page.getByText('That passkey isn’t known here').waitFor()
  const replay = await context.request.post('/sign-in/passkey', {
    data: request.postData() ?? '',
    headers: { 'content-type': 'application/x-www-form-urlencoded', origin: baseURL },
    maxRedirects: 0,
  })
  t.equal(replay.status(), 422)

  await page.goto('/sign-in')
  // The browser signs for the host it is at; the answer is altered on its way, as a phishing site would send it.
  await page.route('**/sign-in/passkey', async (route) => {
    const fields = new URLSearchParams(route.request().postData() ?? '')
    const answer = JSON.parse(fields.get('passkey') ?? '{}')
    const client = JSON.parse(Buffer.from(answer.response.clientDataJSON, 'base64url').toString())
    const forged = { ...client, origin: 'https://phishing.example' }
    answer.response.clientDataJSON = Buffer.from(JSON.stringify(forged)).toString('base64url')
    fields.set('passkey', JSON.stringify(answer))
    await route.continue({ postData: fields.toString() })
  })
  await page.getByRole('button', { name: 'Use a passkey' }).click()
  await page.getByText('That passkey isn’t known here').waitFor()
  t.equal(pathOf(page), '/sign-in/passkey')
})

t.test(
  'whom the clinic’s rule asks can set up a passkey by the emailed link, and needs no app',
  async (t) => {
    await db.updateTable('clinics').set({ twoStep: 'everybody', twoStepFrom: '2026-01-01' }).execute()
    const { page } = await device()
    await signIn(page, team.powerReceptionist)
    await page.getByText('We’re sending a link to').waitFor()
    await page.goto(await setUpPath(clinic, team.powerReceptionist))
    await page.getByRole('textbox', { name: 'Password' }).fill(DEMO_PASSWORD)
    await page.getByRole('button', { name: 'Continue' }).click()
    await page.getByRole('button', { name: 'Use a passkey instead' }).click()
    await arrives(page, `${SECOND_STEP}/recovery-codes`)
    t.equal(await page.locator('.codes li').count(), 10)
  },
)
