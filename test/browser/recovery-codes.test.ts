import { DEMO_PASSWORD } from '../../src/demo/team.ts'
import { testClinic } from '../support/app.ts'
import { Phone, SECOND_STEP } from '../support/second-step.ts'
import { freePort } from '../support/server-process.ts'
import t from '../support/tap.ts'
import { launch } from './chromium.ts'

const port = await freePort()
const baseURL = `http://localhost:${port}`
const { app, team } = await testClinic(t, { PUBLIC_URL: baseURL })
await app.listen({ host: '127.0.0.1', port })
const browser = await launch()
t.teardown(() => browser.close())

t.test('without JavaScript somebody sets up an app, and the recovery codes print on one sheet', async (t) => {
  const context = await browser.newContext({ baseURL, javaScriptEnabled: false })
  const page = await context.newPage()
  await page.goto(`/sign-in?next=${SECOND_STEP}`)
  await page.getByLabel('Email').fill(team.receptionist.email)
  await page.getByRole('textbox', { name: 'Password' }).fill(DEMO_PASSWORD)
  await page.getByRole('button', { name: 'Sign in' }).click()
  t.equal(await page.getByRole('button', { name: 'Add a passkey' }).count(), 0, 'nothing dead on the page')
  await page.getByRole('button', { name: 'Set up an app with codes' }).click()
  await page.getByLabel('Your password').fill(DEMO_PASSWORD)
  await page.getByRole('button', { name: 'Continue' }).click()
  const phone = new Phone({ html: await page.content() })
  await page.getByLabel('Code from the app').fill(phone.code())
  await page.getByRole('button', { name: 'Turn on two-step sign-in' }).click()
  await page.emulateMedia({ media: 'print' })
  const printed = await page.locator('body').innerText()
  t.equal((printed.match(/(?:[0-9A-Z]{4} ){5}[0-9A-Z]{4}/g) ?? []).length, 10)
  for (const shown of ['Harbour Street', 'Rosa', `${new Date().getFullYear()}`]) t.match(printed, shown)
  for (const hidden of ['Sign out', 'I’ve saved them', team.receptionist.email]) t.notMatch(printed, hidden)
  const pdf = (await page.pdf({ format: 'A4' })).toString('latin1')
  t.equal((pdf.match(/\/Type\s*\/Page\b/g) ?? []).length, 1)
  await context.close()
})
