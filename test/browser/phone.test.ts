import type { BrowserContextOptions, Page } from 'playwright-core'
import { DEMO_PASSWORD } from '../../src/demo/team.ts'
import t from '../support/tap.ts'
import { launch } from './chromium.ts'
import { fillClinic, openFrontdesk } from './frontdesk.ts'

const PHONE = { width: 320, height: 640 }
const DESK = { width: 1280, height: 800 }

const desk = await openFrontdesk()
t.teardown(() => desk.close())
const browser = await launch()
t.teardown(() => browser.close())
const team = await fillClinic(desk)

for (const javaScriptEnabled of [true, false])
  t.test(`on a phone the filters fold behind one line, with JavaScript: ${javaScriptEnabled}`, async (t) => {
    const page = await open({ viewport: PHONE, javaScriptEnabled })
    t.equal(await page.getByLabel('Search').isVisible(), true)
    t.equal(await page.getByLabel('Status').isVisible(), false)
    t.ok((await topOf(page, '#people tbody tr')) < 800, 'the first person is near')
    await page.getByLabel('Search').focus()
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await page.getByLabel('Security role').selectOption('Receptionist')
    await page.getByRole('button', { name: 'Search' }).click()
    await page.waitForURL(/role=receptionist/)
    t.equal(await page.getByLabel('Security role').isVisible(), true, 'open where one is set')
    t.equal(await page.getByLabel('Security role').inputValue(), 'receptionist')
  })

t.test('on a wide screen nothing is folded', async (t) => {
  const page = await open({ viewport: DESK, javaScriptEnabled: false })
  t.equal(await page.getByText('Filter', { exact: true }).isVisible(), false)
  const tops = ['#status', '#role', '#practitioner', '.filter > button'].map((field) => topOf(page, field))
  t.equal(new Set(await Promise.all(tops)).size, 1, 'the choices and the button stand in one row')
  await page.getByLabel('Search').focus()
  await page.keyboard.press('Tab')
  t.equal(await page.evaluate('document.activeElement.id'), 'status')
})

t.test('on a phone the tabs keep to one row, and none is out of sight', async (t) => {
  const page = await open({ viewport: PHONE })
  const tabs = `[...document.querySelectorAll('nav.section li')].map((tab) => tab.getBoundingClientRect())`
  t.equal(await page.evaluate(`new Set(${tabs}.map((tab) => tab.top)).size`), 1)
  await page.addStyleTag({ content: ':root { font-size: 200% }' })
  t.equal(await page.evaluate(`${tabs}.every((tab) => tab.right <= innerWidth)`), true)
})

async function open(options: BrowserContextOptions): Promise<Page> {
  const page = await (await browser.newContext({ baseURL: desk.url, bypassCSP: true, ...options })).newPage()
  await page.goto('/sign-in')
  await page.getByLabel('Email').fill(team.administrator.email)
  await page.getByLabel('Password', { exact: true }).fill(DEMO_PASSWORD)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.waitForURL('**/settings/users')
  return page
}

function topOf(page: Page, selector: string): Promise<number> {
  return page.evaluate(`Math.round(document.querySelector('${selector}').getBoundingClientRect().top)`)
}
