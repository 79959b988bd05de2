import { tmpdir } from 'node:os'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { testDatabase } from '../support/database.ts'
import { FAKE_TOKEN, type FakePostmark, startFakePostmark } from '../support/fake-postmark.ts'
import { CHEAP_PASSWORDS, freePort, startServer, untilReady } from '../support/server-process.ts'
import type { Test } from '../support/tap.ts'
import { until } from '../support/until.ts'
import { launch } from './chromium.ts'

const OWNER = { email: 'olivia@harbour.example', password: 'seven green parrots' }
const NORA = { email: 'nora@harbour.example', password: 'nine quiet hedgehogs' }

const LIST = `First name,Last name,Email,Security role,Practitioner
Ada,Achebe,ada@harbour.example,Receptionist,No
Bo,Berg,bo at harbour,,No
Nora,Lindgren,${NORA.email},Receptionist,No`

/** The whole way as people walk it, from the printed set-up link to the first day at work. */
export async function walkThrough(t: Test, javaScriptEnabled: boolean): Promise<void> {
  const browser = await launch()
  t.teardown(() => browser.close())
  const clinic = await openClinic(t)
  const walk = new Walk(t, browser, clinic.url, javaScriptEnabled)

  const olivia = await walk.newVisitor()
  await walk.setUp(olivia, clinic.setUpLink)
  await walk.addNora(olivia)
  await walk.importUsers(olivia, clinic.postmark)
  const link = await emailedLink(clinic.postmark, NORA.email)
  await walk.openInvitationInOwnersBrowser(olivia, link)
  const nora = await walk.newVisitor()
  await walk.join(nora, link)
  await walk.rolesHold(nora)
  await walk.signOutAndIn(nora)
  await walk.resend(await walk.newVisitor(), clinic.postmark)
  t.same(walk.problems, [], 'the console says nothing')
}

interface Clinic {
  url: string
  setUpLink: string
  postmark: FakePostmark
}

/** A server process of its own, an empty database, and somebody who takes the mail. */
async function openClinic(t: Test): Promise<Clinic> {
  const postmark = await startFakePostmark()
  t.teardown(() => postmark.stop())
  const { url: databaseUrl } = await testDatabase(t)
  const port = `${await freePort()}`
  const server = await startServer(t, {
    ...CHEAP_PASSWORDS,
    PORT: port,
    DATABASE_URL: databaseUrl,
    DATA_DIR: tmpdir(),
    SECRET: 'a secret of the walk, which is long enough',
    POSTMARK_SERVER_TOKEN: FAKE_TOKEN,
    POSTMARK_API_URL: postmark.url,
    MAIL_FROM: 'Frontdesk <frontdesk@harbour.example>',
  })
  await untilReady(server)
  const setUpLink = /http\S+\/setup\?code=\S+/.exec(server.stdout())?.[0] ?? ''
  return { url: `http://localhost:${port}`, setUpLink, postmark }
}

async function emailedLink(postmark: FakePostmark, recipient: string, nth = 1): Promise<string> {
  const received = () => postmark.received.filter((email) => email.body.To === recipient)
  const email = await until(`email ${nth} to ${recipient} comes`, () => received()[nth - 1])
  return /http\S+\/join\/\S+/.exec(email.body.TextBody ?? '')?.[0] ?? 'no link'
}

class Walk {
  readonly problems: string[] = []
  readonly #t: Test
  readonly #browser: Browser
  readonly #url: string
  readonly #javaScriptEnabled: boolean

  constructor(t: Test, browser: Browser, url: string, javaScriptEnabled: boolean) {
    this.#t = t
    this.#browser = browser
    this.#url = url
    this.#javaScriptEnabled = javaScriptEnabled
  }

  async newVisitor(): Promise<Page> {
    const options = { baseURL: this.#url, javaScriptEnabled: this.#javaScriptEnabled }
    const context: BrowserContext = await this.#browser.newContext(options)
    const page = await context.newPage()
    page.on('console', (message) => {
      // The browser itself reports every answer that is not 2xx.
      const isStatus = message
        .text()
        .startsWith('Failed to load resource: the server responded with a status of 4')
      if (message.type() === 'error' && !isStatus)
        this.problems.push(`${page.url()} console: ${message.text()}`)
    })
    page.on('pageerror', ({ message }) => {
      // Chromium's own word where the next page came before the last one had faded.
      if (!message.startsWith('Transition was skipped')) this.problems.push(`${page.url()}: ${message}`)
    })
    return page
  }

  async setUp(page: Page, link: string): Promise<void> {
    await page.goto(link)
    await this.#see(page, 'Set up your clinic')
    await page.getByLabel('Clinic name').fill('Harbour Street Clinic')
    await page.getByLabel('Time zone').selectOption('Australia/Melbourne')
    await page.getByLabel('First name').fill('Olivia')
    await page.getByLabel('Last name').fill('Hart')
    await page.getByLabel('Email').fill(OWNER.email)
    await page.getByLabel('Password', { exact: true }).fill(OWNER.password)
    await page.getByRole('button', { name: 'Set up clinic' }).click()
    await this.#see(page, 'Users & practitioners')
    await this.#reads(page, 'Harbour Street Clinic is ready.')

    const second = await this.newVisitor()
    await second.goto(link)
    await this.#see(second, 'This clinic is already set up')
  }

  async addNora(page: Page): Promise<void> {
    await page.getByRole('link', { name: 'Settings' }).click()
    await page.getByRole('link', { name: 'Users & practitioners' }).click()
    await page.getByRole('link', { name: 'Add user' }).click()
    await this.#see(page, 'Add user')
    await page.getByRole('button', { name: 'Create user' }).click()
    await this.#see(page, 'Add user')
    this.#t.match(await page.title(), /^Error: Add user/)
    await page.getByRole('link', { name: 'Enter a first name.' }).click()
    this.#t.equal(
      await page.evaluate('document.activeElement.id'),
      'firstName',
      'the summary leads to the field',
    )

    await this.#fillIn(page, { firstName: 'Nora', lastName: 'Lindgren', email: NORA.email })
    await page.getByLabel('Mobile number').fill('0491 570 156')
    await page.getByRole('button', { name: 'Create user' }).click()
    await this.#see(page, 'Verify your password')
    await page.getByRole('button', { name: 'Change' }).click()
    await this.#see(page, 'Add user')
    this.#t.equal(await page.getByLabel('First name').inputValue(), 'Nora')
    await page.getByRole('button', { name: 'Create user' }).click()

    await page.getByLabel('Your password').fill('not my password')
    await page.getByRole('button', { name: 'Create user' }).click()
    await this.#see(page, 'Verify your password')
    await this.#reads(page, 'Incorrect password.')
    await this.#verify(page)
    await this.#see(page, 'Nora Lindgren')
    await this.#reads(
      page,
      /Invitation sent to nora@harbour\.example by Olivia Hart on .*, valid until .* AE[DS]T/,
    )
    this.#t.ok(await page.getByRole('button', { name: 'Resend invitation email' }).isVisible())
  }

  async importUsers(page: Page, postmark: FakePostmark): Promise<void> {
    await page.goto('/settings/users')
    await page.getByRole('link', { name: 'Import users' }).click()
    await this.#see(page, 'Import users')
    if (this.#javaScriptEnabled) await page.getByLabel('Paste from a spreadsheet').fill(LIST)
    else {
      const file = { name: 'list.csv', mimeType: 'text/csv', buffer: Buffer.from(LIST) }
      await page.getByLabel('Or choose a CSV file').setInputFiles(file)
    }
    await page.getByRole('button', { name: 'Review' }).click()
    await this.#see(page, 'Review the list')
    await this.#reads(page, '1 person ready, 2 need attention. No one has been invited yet.')
    await page.getByRole('button', { name: 'Skip 1 person who already has an account' }).click()
    await page.getByLabel('Email').fill('bo@harbour.example')
    await page.getByLabel('Security role').selectOption('Scheduler')
    await page.getByRole('button', { name: 'Save and check again' }).click()
    await this.#reads(page, '2 people ready, 1 skipped. No one has been invited yet.')
    await page.getByRole('button', { name: 'Add 2 people' }).click()
    await this.#see(page, 'Verify your password')
    await page.getByLabel('Your password').fill(OWNER.password)
    await page.getByRole('button', { name: 'Add 2 people' }).click()
    // It comes by itself, by the header.
    await this.#see(page, 'Done')
    await this.#reads(page, '2 people added and invited.')
    this.#t.match(await emailedLink(postmark, 'bo@harbour.example'), /join/)
  }

  async openInvitationInOwnersBrowser(page: Page, link: string): Promise<void> {
    await page.goto(link)
    await this.#see(page, 'You’re signed in as Olivia Hart')
    await this.#reads(page, /This invitation .* is for Nora Lindgren/)
    await page.getByRole('link', { name: 'Stay signed in as Olivia' }).click()
    await this.#see(page, 'Users & practitioners')
  }

  async join(page: Page, link: string): Promise<void> {
    await page.goto(link)
    await this.#see(page, 'Join Harbour Street Clinic')
    this.#t.notMatch(page.url(), /join\/./, 'the token is not in the address')
    await this.#reads(
      page,
      'Olivia Hart has invited you, Nora Lindgren, to join Harbour Street Clinic as a receptionist.',
    )
    const password = page.getByLabel('Create a password')
    await password.fill('too short')
    await page.getByRole('button', { name: 'Join Harbour Street Clinic' }).click()
    await this.#reads(page, 'Use at least 15 characters.')
    await this.#see(page, 'Join Harbour Street Clinic')
    await password.fill(NORA.password)
    if (this.#javaScriptEnabled) {
      await page.getByRole('button', { name: 'Show' }).click()
      this.#t.equal(await password.getAttribute('type'), 'text')
    }
    await page.getByRole('button', { name: 'Join Harbour Street Clinic' }).click()
    await this.#see(page, 'My details')
    await this.#reads(page, 'Welcome to Harbour Street Clinic, Nora. As a receptionist you')

    await (await this.newVisitor()).goto(link).then((answer) => this.#t.equal(answer?.status(), 410))
  }

  async rolesHold(page: Page): Promise<void> {
    this.#t.equal(await page.getByRole('link', { name: 'Settings' }).count(), 0)
    const refused = await page.goto('/settings/users')
    this.#t.equal(refused?.status(), 403)
    await this.#see(page, 'You don’t have access to this page')
    await page.goto('/settings/roles')
    await this.#see(page, 'Security roles')
  }

  async signOutAndIn(page: Page): Promise<void> {
    await page.goto('/my-details')
    await page.getByRole('button', { name: 'Sign out', exact: true }).click()
    await this.#see(page, 'Sign in')
    await page.goBack()
    await this.#see(page, 'Sign in')

    await page.goto('/settings/roles')
    await this.#signIn(page, { ...NORA, password: 'not my password' })
    await this.#reads(page, 'Incorrect email address or password.')
    await this.#see(page, 'Sign in')
    await this.#signIn(page, NORA)
    await this.#see(page, 'Security roles')
  }

  async resend(page: Page, postmark: FakePostmark): Promise<void> {
    const ivan = 'ivan@harbour.example'
    await page.goto('/settings/users/new')
    await this.#signIn(page, OWNER)
    await this.#fillIn(page, { firstName: 'Ivan', lastName: 'Petrov', email: ivan })
    await page.getByRole('button', { name: 'Create user' }).click()
    await this.#verify(page)
    const first = await emailedLink(postmark, ivan)
    await page.getByRole('button', { name: 'Resend invitation email' }).click()
    await this.#see(page, 'Ivan Petrov')
    await this.#reads(page, /An invitation was just sent\..*You can send another invitation after \d/s)
    const visitor = await this.newVisitor()
    await visitor.goto(first)
    await this.#see(visitor, 'Join Harbour Street Clinic')
    this.#t.equal(postmark.received.filter((email) => email.body.To === ivan).length, 1)
  }

  async #fillIn(page: Page, person: { firstName: string; lastName: string; email: string }): Promise<void> {
    await page.getByLabel('First name').fill(person.firstName)
    await page.getByLabel('Last name').fill(person.lastName)
    await page.getByLabel('Email').fill(person.email)
    await page.getByRole('radio', { name: 'Receptionist', exact: true }).check()
    await page.getByRole('radio', { name: 'No', exact: true }).check()
  }

  async #verify(page: Page): Promise<void> {
    await page.getByLabel('Your password').fill(OWNER.password)
    await page.getByRole('button', { name: 'Create user' }).click()
  }

  async #signIn(page: Page, who: { email: string; password: string }): Promise<void> {
    await page.getByLabel('Email').fill(who.email)
    await page.getByLabel('Password', { exact: true }).fill(who.password)
    await page.getByRole('button', { name: 'Sign in' }).click()
  }

  /** The page has come, by its heading. */
  async #see(page: Page, heading: string): Promise<void> {
    await page.getByRole('heading', { level: 1, name: heading, exact: true }).waitFor({ timeout: 10_000 })
  }

  async #reads(page: Page, text: string | RegExp): Promise<void> {
    await page.locator('main').waitFor()
    this.#t.match((await page.locator('main').innerText()).replace(/\s+/g, ' '), text)
  }
}
