import type { Page } from 'playwright-core'
import { DEMO_PASSWORD } from '../../src/demo/team.ts'
import { sortName } from '../../src/users/names.ts'
import { goodRows } from '../support/imports.ts'
import { joinPath } from '../support/invitations.ts'
import { deliverDueEmails } from '../support/outbox.ts'
import t, { type Test } from '../support/tap.ts'
import { launch } from './chromium.ts'
import { fillClinic, openFrontdesk } from './frontdesk.ts'

/** As long as a name can be, and not a space in it. */
const LONG = 'Wickramasinghearachchilage'.repeat(4).slice(0, 100)
const EMAIL = (n: string) =>
  `${LONG.slice(0, 60)}${n}@${LONG.slice(0, 60)}.${LONG.slice(0, 60)}.example`.toLowerCase()

const PAGES = [
  ...['/settings/users', '/settings/users?search=wickrama', '/settings/users/new', '/settings/users/:id'],
  ...['/settings/users/:id/edit', '/settings/users/:id/address', '/settings/roles', '/settings/activity'],
  ...['/settings/clinic', '/settings/imports', '/my-details', '/my-details/edit', '/my-details/email'],
  ...['/my-details/password', '/outbox', '/outbox/1', '/settings/activity?person=:id', '/nothing-here'],
]

const desk = await openFrontdesk()
t.teardown(() => desk.close())
const browser = await launch()
t.teardown(() => browser.close())
const team = await fillClinic(desk)
const { db } = desk
for (const [index, user] of Object.values(team).entries())
  await db
    .updateTable('users')
    .set({ firstName: LONG, lastName: LONG, sortName: sortName(LONG, LONG), email: EMAIL(`${index}`) })
    .set({ title: LONG.slice(0, 20), profession: LONG })
    .where('id', '=', user.id)
    .execute()
await db.updateTable('clinics').set({ name: LONG }).execute()
await db
  .updateTable('invitations')
  .set({ email: EMAIL('x') })
  .execute()
const log = { info() {}, warn() {}, error() {} }
await deliverDueEmails({ db, config: desk.config, log })

async function narrow(email?: string): Promise<Page> {
  const context = await browser.newContext({ baseURL: desk.url, viewport: { width: 320, height: 640 } })
  const page = await context.newPage()
  if (!email) return page
  await page.goto('/sign-in')
  await page.getByLabel('Email').fill(email)
  await page.getByRole('textbox', { name: 'Password' }).fill(DEMO_PASSWORD)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.waitForURL('**/settings/users')
  return page
}

/** What stands out to the right, for whoever has to mend it. */
const WIDER = `[...document.querySelectorAll('body *')]
  .filter((one) => one.getBoundingClientRect().right > innerWidth + 1 && getComputedStyle(one).overflowX === 'visible')
  .slice(0, 3).map((one) => one.tagName + '.' + one.className + ' ' + one.textContent.trim().slice(0, 30))`

async function fits(t: Pick<Test, 'equal'>, page: Page, name: string): Promise<void> {
  const width = await page.evaluate('document.scrollingElement.scrollWidth')
  t.equal(width, 320, `${name}${width === 320 ? '' : `: ${JSON.stringify(await page.evaluate(WIDER))}`}`)
}

t.test('no name makes a page of the clinic wider than a phone', async (t) => {
  const owner = await narrow(EMAIL('0'))
  for (const path of PAGES) {
    await owner.goto(path.replace(':id', team.receptionist.id))
    await fits(t, owner, path)
  }
  await owner.goto(`/settings/users/${team.invited.id}`)
  await fits(t, owner, 'somebody invited')
  await owner.goto(`/settings/users/${team.receptionist.id}`)
  await owner.getByRole('button', { name: 'Deactivate' }).click()
  await fits(t, owner, 'the last look')
  await owner.goto('/settings/users/new')
  await owner.getByLabel('First name').fill(LONG)
  await owner.getByLabel('Last name').fill(LONG)
  await owner.getByLabel('Email').fill(EMAIL('0'))
  await owner.getByRole('button', { name: 'Create user' }).click()
  await fits(t, owner, 'a refusal with a long name')
  await owner.goto('/settings/imports')
  const row = `${LONG}\t${LONG}\t${EMAIL('y')}\tReceptionist\tNo\n${LONG}\t${LONG}\t${EMAIL('0')}\tReceptionist\tNo`
  await owner.getByLabel('Paste from a spreadsheet').fill(`${goodRows([])}\n${row}`)
  await owner.getByRole('button', { name: 'Review' }).click()
  await owner.evaluate('for (const part of document.querySelectorAll("details")) part.open = true')
  await fits(t, owner, 'a reviewed list')
})

t.test('no name makes a page for guests, or an email, wider than a phone', async (t) => {
  const guest = await narrow()
  await guest.goto('/sign-in')
  await fits(t, guest, 'sign-in')
  await guest.goto(await joinPath(db, desk.config, team.invited))
  await fits(t, guest, 'join')
  const emails = await db.selectFrom('emails').select('id').execute()
  for (const { id } of emails) {
    await guest.goto(`/outbox/${id}/html`)
    await fits(t, guest, `email ${id}`)
  }
})
