import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { DEMO_PASSWORD } from '../../src/demo/team.ts'
import { testClinic } from '../support/app.ts'
import { Phone } from '../support/second-step.ts'
import { freePort } from '../support/server-process.ts'
import t from '../support/tap.ts'
import { launch, launchWhole } from './chromium.ts'

/** Far more than any page has controls. */
const TABS_MAX = 90

const port = await freePort()
const baseURL = `http://localhost:${port}`
const { app, team } = await testClinic(t, { PUBLIC_URL: baseURL })
await app.listen({ host: '127.0.0.1', port })
const browser: Browser = await launch()
t.teardown(() => browser.close())

t.test('2.1.1, 2.1.2: somebody is added by keyboard alone, from sign-in to sign-out', async (t) => {
  const page = await open()
  await page.goto('/sign-in')
  await type(page, 'Email', team.administrator.email)
  await type(page, 'Password', DEMO_PASSWORD)
  await tabTo(page, 'Show password')
  await page.keyboard.press('Space')
  t.equal(await page.getByLabel('Password', { exact: true }).getAttribute('type'), 'text')
  await press(page, 'Sign in', 'Users & practitioners')
  await press(page, 'Add user', 'Add user')
  await type(page, 'First name', 'Nora')
  await type(page, 'Last name', 'Lindgren')
  await type(page, 'Email', 'nora@harbour.example')
  await tabTo(page, 'Administrator')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('ArrowDown')
  t.ok(await page.getByLabel('Receptionist', { exact: true }).isChecked(), 'arrows choose a role')
  await tabTo(page, 'Yes')
  await page.keyboard.press('ArrowDown')
  t.equal(new URL(page.url()).pathname, '/settings/users/new', '3.2.1, 3.2.2: choosing leads nowhere')
  await press(page, 'Create user', 'Verify your password')
  await type(page, 'Your password', DEMO_PASSWORD)
  await page.keyboard.press('Enter')
  await see(page, 'Nora Lindgren')
  t.match(await focusedText(page), 'Nora has been invited.', 'the focus is where the eye is')
  await press(page, 'Deactivate', 'Verify your password')
  await press(page, 'Cancel', 'Nora Lindgren')
  await press(page, 'Sign out', 'Sign in')
})

t.test('2.1.1: two-step sign-in is set up and used by keyboard alone', async () => {
  const page = await open()
  await page.goto('/sign-in')
  await type(page, 'Email', team.scheduler.email)
  await type(page, 'Password', DEMO_PASSWORD)
  await press(page, 'Sign in', 'My details')
  await press(page, 'Set up two-step sign-in', 'Two-step sign-in')
  await press(page, 'Set up an app with codes', 'Verify your password')
  await type(page, 'Your password', DEMO_PASSWORD)
  await press(page, 'Continue', 'Set up an app with codes')
  const phone = new Phone({ html: await page.content() })
  await type(page, 'Code from the app', phone.code())
  await press(page, 'Turn on two-step sign-in', 'Your recovery codes')
  await press(page, 'I’ve saved them', 'Two-step sign-in')
  await press(page, 'Sign out', 'Sign in')
  await type(page, 'Email', team.scheduler.email)
  await type(page, 'Password', DEMO_PASSWORD)
  await press(page, 'Sign in', 'Enter your code')
  await type(page, 'Code', phone.code())
  await page.keyboard.press('Enter')
  await see(page, 'My details')
})

t.test('2.1.2: the focus goes through a page and out of it again', async (t) => {
  const page = await open(await signedIn())
  await page.goto('/settings/users/new')
  const stops: string[] = []
  for (let n = 0; n < TABS_MAX; n++) {
    await page.keyboard.press('Tab')
    const stop = await page.evaluate<string>('document.activeElement.outerHTML.slice(0, 60)')
    if (stops.length && stop === stops[0]) break
    stops.push(stop)
  }
  t.match(stops[0], 'class="skip"', '2.4.1: it begins with the way past the head')
  t.ok(stops.length < TABS_MAX - 1, `it comes round after ${stops.length} stops`)
  await page.reload()
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  t.equal(await page.evaluate('document.activeElement.id'), 'main')
})

t.test('3.3.1: the summary of errors has the focus, and each of its lines leads to a field', async (t) => {
  const page = await open(await signedIn())
  await page.goto('/settings/users/new')
  await page.getByRole('button', { name: 'Create user' }).click()
  await page.waitForURL('/settings/users')
  t.match(await focusedText(page), 'There is a problem')
  await tabTo(page, 'Choose a security role.')
  await page.keyboard.press('Enter')
  t.equal(await page.evaluate('document.activeElement.id'), 'role')
})

t.test('a screen reader reads the pages as sense', async (t) => {
  const page = await open(await signedIn())
  await page.goto('/settings/users')
  const list = await tree(page)
  t.match(list, /- heading "Users & practitioners" \[level=1\]\n- paragraph: 2 practitioners \(billed\)/)
  t.match(list, '- link "Active 7":', 'the bar is a list of links with their numbers')
  t.match(list, /- table "Users and practitioners, sorted by last name":/)
  t.match(list, /- row "Rosa Delgado Receptionist No Active Never":\n- rowheader "Rosa Delgado"/)
  t.match(list, /- columnheader "Security role"/)
  await page.goto(`/settings/users/${team.invited.id}`)
  const person = await tree(page)
  t.match(
    person,
    /- heading "Ivan Petrov" \[level=1\]\n- paragraph: Invited\n- button "Resend invitation email"/,
  )
  t.match(person, /- term: Email\n- definition: ivan@/)
  t.match(person, /- heading "Emails to Ivan" \[level=2\]\n- list:\n- listitem:\n- heading "Invitation/)
})

t.test('1.3.2: without style the pages read from their head to their foot', async (t) => {
  const page = await open({ ...(await signedIn()), colorScheme: 'light' })
  await page.route('**/*.css', (route) => route.abort())
  await page.goto('/settings/users')
  const text = (await page.locator('body').innerText()).replace(/\s+/g, ' ')
  const order =
    /Skip to main content.*Frontdesk.*Harbour Street.*Settings.*Users & practitioners.*Add user.*Active 7.*Search.*Rosa Delgado.*Need help/
  t.match(text, order)
  const largest = await page.evaluate<number>(
    'Math.max(...[...document.querySelectorAll("svg")].map((svg) => svg.getBoundingClientRect().height))',
  )
  t.ok(largest <= 40, 'no picture grows over the page')
})

t.test('1.4.1, 2.4.7: with forced colours states keep their shapes, and the focus its ring', async (t) => {
  const page = await open({ ...(await signedIn()), forcedColors: 'active' })
  await page.goto('/settings/users')
  const shapes = `[...document.querySelectorAll('.status-bar .badge')].map((badge) => {
    const { borderTopWidth, borderRadius, rotate, height } = getComputedStyle(badge, '::before')
    return [borderTopWidth, borderRadius, rotate, height].join(' ')
  })`
  const found = await page.evaluate<string[]>(shapes)
  t.equal(new Set(found).size, 4, found.join(', '))
  const current = "getComputedStyle(document.querySelector('nav.section [aria-current]')).outlineStyle"
  t.equal(await page.evaluate(current), 'solid', 'where one is')
  await tabTo(page, 'Add user')
  t.equal(await page.evaluate('getComputedStyle(document.activeElement).outlineStyle'), 'solid')
})

for (const reducedMotion of ['reduce', 'no-preference'] as const)
  t.test(
    `adding somebody moves softly from page to page, unless motion is unwanted: ${reducedMotion}`,
    async (t) => {
      const whole = await launchWhole()
      t.teardown(() => whole.close())
      const context = await whole.newContext({ baseURL, ...(await signedIn()), reducedMotion })
      const page = await context.newPage()
      await page.addInitScript(
        'addEventListener("pagereveal", (event) => { window.isSoft = event.viewTransition !== null })',
      )
      await page.goto('/settings/users')
      await page.getByRole('link', { name: 'Add user' }).click()
      await see(page, 'Add user')
      t.equal(await page.evaluate('window.isSoft'), reducedMotion === 'no-preference')
      t.match(await page.locator('main').innerText(), 'Step 1 of 3')
      const moving = `[...document.querySelectorAll('main *')].some((element) => {
      const { transitionDuration, animationName } = getComputedStyle(element)
      return transitionDuration !== '0s' || animationName !== 'none'
    })`
      t.equal(await page.evaluate(moving), reducedMotion === 'no-preference')
    },
  )

async function open(options: BrowserContextOptions = {}): Promise<Page> {
  return (await browser.newContext({ baseURL, ...options })).newPage()
}

let state: BrowserContextOptions['storageState']

async function signedIn(): Promise<BrowserContextOptions> {
  if (!state) {
    const page = await open()
    await page.goto('/sign-in')
    await page.getByLabel('Email').fill(team.owner.email)
    await page.getByLabel('Password', { exact: true }).fill(DEMO_PASSWORD)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await see(page, 'Users & practitioners')
    state = await page.context().storageState()
  }
  return { storageState: state }
}

async function see(page: Page, heading: string): Promise<void> {
  await page.getByRole('heading', { level: 1, name: heading, exact: true }).waitFor()
}

/** Tab after Tab, as somebody without a mouse would. */
async function tabTo(page: Page, name: string): Promise<void> {
  for (let n = 0; n < TABS_MAX; n++) {
    await page.keyboard.press('Tab')
    if ((await focusedName(page)) === name) return
  }
  throw new Error(`Tab never comes to ${name}`)
}

async function type(page: Page, label: string, text: string): Promise<void> {
  await tabTo(page, label)
  await page.keyboard.type(text)
}

/** What a screen reader is told of the content, one line each. */
async function tree(page: Page): Promise<string> {
  return (await page.locator('main').ariaSnapshot()).replace(/^ +/gm, '')
}

async function press(page: Page, name: string, heading: string): Promise<void> {
  await tabTo(page, name)
  await page.keyboard.press('Enter')
  await see(page, heading)
}

function focusedName(page: Page): Promise<string> {
  return page.evaluate(`(({ labels, textContent }) =>
    (labels?.[0] ?? { textContent }).textContent.replace(/\\s+/g, ' ').trim())(document.activeElement)`)
}

function focusedText(page: Page): Promise<string> {
  return page.evaluate('document.activeElement.innerText')
}
