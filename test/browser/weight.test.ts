import { readdir, readFile } from 'node:fs/promises'
import { DEMO_PASSWORD } from '../../src/demo/team.ts'
import t from '../support/tap.ts'
import { launch } from './chromium.ts'
import { fillClinic, openFrontdesk } from './frontdesk.ts'

const PAGE_MAX_BYTES = 20 * 1024
const REQUESTS_MAX = 4
const SCRIPTS_MAX_BYTES = 10 * 1024
const STORED = 'public, max-age=31536000, immutable'

t.test('the list of people comes cold in four requests and twenty kilobytes, and then in one', async (t) => {
  const desk = await openFrontdesk()
  t.teardown(() => desk.close())
  const browser = await launch()
  t.teardown(() => browser.close())
  const team = await fillClinic(desk)
  const page = await (await browser.newContext({ baseURL: desk.url })).newPage()
  await page.goto('/sign-in')
  await page.getByLabel('Email').fill(team.owner.email)
  await page.getByLabel('Password', { exact: true }).fill(DEMO_PASSWORD)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('heading', { name: 'Users & practitioners' }).waitFor()

  const network = await page.context().newCDPSession(page)
  await network.send('Network.clearBrowserCache')
  const visit = async () => {
    const network = await page.context().newCDPSession(page)
    await network.send('Network.enable')
    const answers = new Map<string, { path: string; bytes: number; headers: Record<string, string> }>()
    network.on('Network.responseReceived', ({ requestId, response }) => {
      answers.set(requestId, { path: new URL(response.url).pathname, bytes: 0, headers: response.headers })
    })
    network.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
      const answer = answers.get(requestId)
      if (answer) answer.bytes = encodedDataLength
    })
    await page.goto('/settings/users', { waitUntil: 'networkidle' })
    await network.detach()
    return [...answers.values()]
  }
  const cold = await visit()
  t.equal(await page.locator('#people tbody tr').count(), 45)
  const bytes = cold.reduce((sum, answer) => sum + answer.bytes, 0)
  t.ok(cold.length <= REQUESTS_MAX, cold.map(({ path }) => path).join(', '))
  t.ok(bytes <= PAGE_MAX_BYTES, `${bytes} bytes`)
  for (const { path, headers } of cold) {
    t.match(headers, { 'content-encoding': /^(br|gzip)$/ }, `${path} is compressed`)
    if (path.startsWith('/assets/')) t.match(headers, { 'cache-control': STORED }, path)
  }

  const travelled = (await visit()).filter((answer) => answer.bytes > 0)
  t.same(
    travelled.map(({ path }) => path),
    ['/settings/users'],
    'the second time only the page itself travels',
  )
})

t.test('all scripts together are smaller than ten kilobytes, and none stands in a page', async (t) => {
  const files = (await readdir('public', { recursive: true })).filter((file) => file.endsWith('.js'))
  const sizes = await Promise.all(files.map(async (file) => (await readFile(`public/${file}`)).length))
  const bytes = sizes.reduce((sum, size) => sum + size, 0)
  t.ok(bytes < SCRIPTS_MAX_BYTES, `${bytes} bytes`)
  const layout = await readFile('views/layouts/page.eta', 'utf8')
  t.same(layout.match(/<script[^>]*>[^<]*/g), [
    `<script type="module" src="<%= it.asset('frontdesk.js') %>">`,
    `<script type="module" src="<%= it.asset('passkeys.js') %>">`,
  ])
})
