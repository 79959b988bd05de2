import { mkdirSync, rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { scoped } from '../support/scope.ts'
import { launch, WIDTHS_PX } from './chromium.ts'
import { everyPage } from './every-page.ts'
import { openFrontdesk } from './frontdesk.ts'

const FOLDER = fileURLToPath(new URL('../../screenshots/', import.meta.url))

/** README shows these three; `npm run screenshots -- --pictures` takes them. */
const PICTURES_FOLDER = fileURLToPath(new URL('../../docs/pictures/', import.meta.url))
const PICTURES_WIDTH_PX = 1024
const PICTURES_HEIGHT_PX = new Map([
  ['users', 720],
  ['person-bounced', 1040],
  ['verify-password', 900],
])

/** `npm run screenshots -- users person` takes only the pages whose names begin so. */
const wanted = process.argv.slice(2)
const isForReadme = wanted.includes('--pictures')

rmSync(FOLDER, { recursive: true, force: true })
mkdirSync(FOLDER)
await scoped(async (scope) => {
  const desk = await openFrontdesk()
  scope.teardown(() => desk.close())
  const browser = await launch()
  scope.teardown(() => browser.close())
  await everyPage(browser, desk, async (name, page) => {
    const height = PICTURES_HEIGHT_PX.get(name)
    if (isForReadme && height) {
      await page.setViewportSize({ width: PICTURES_WIDTH_PX, height })
      await page.screenshot({ path: `${PICTURES_FOLDER}${name}.png` })
    }
    if (wanted.length && !wanted.some((start) => name.startsWith(start))) return
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
      for (const [width, height] of WIDTHS_PX) {
        await page.setViewportSize({ width, height })
        await page.screenshot({ path: `${FOLDER}${name}-${width}-${colorScheme}.png`, fullPage: true })
      }
    }
  })
  console.log(`The screenshots are in ${isForReadme ? PICTURES_FOLDER : FOLDER}`)
})
