import type { Page } from 'playwright-core'
import { axeFindings } from './axe.ts'
import { launch, WIDTHS_PX } from './chromium.ts'
import { everyPage } from './every-page.ts'
import { openFrontdesk } from './frontdesk.ts'

/** WCAG 1.4.12: people may space text like this, and nothing may be lost. */
const TEXT_SPACING = `* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important }
  p { margin-block-end: 2em !important }`

const SIDEWAYS_PX = 'document.documentElement.scrollWidth - document.documentElement.clientWidth'

/** Buttons and links that stand alone; links in running text are as high as the text. */
const STANDING_ALONE =
  'button, .button, input:not([type=hidden], [type=radio], [type=checkbox], [readonly]), select, nav a, .back, .wordmark, .actions a, .choice, th a'

/** Links in running text are as high as the text. */
const SMALL_TARGETS = `[...document.querySelectorAll('${STANDING_ALONE}')].filter((element) => {
  const { width, height } = element.getBoundingClientRect()
  return width > 0 && (height < 43.9 || width < 24) && !element.closest('sup')
}).map((element) => element.outerHTML.slice(0, 80) + ' ' + element.getBoundingClientRect().height)`

const found: string[] = []
let looks = 0

async function check(name: string, page: Page): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    for (const [width, height] of WIDTHS_PX) {
      await page.setViewportSize({ width, height })
      looks++
      const where = `${name} ${width} ${colorScheme}`
      for (const finding of await axeFindings(page)) found.push(`${where}: ${finding}`)
      const sideways = await page.evaluate<number>(SIDEWAYS_PX)
      if (sideways > 0) found.push(`${where}: ${sideways} px sideways`)
      for (const target of await page.evaluate<string[]>(SMALL_TARGETS))
        found.push(`${where}: small ${target}`)
    }
  }
  await page.setViewportSize({ width: 320, height: 256 })
  const style = await page.addStyleTag({ content: TEXT_SPACING })
  const sideways = await page.evaluate<number>(SIDEWAYS_PX)
  if (sideways > 0) found.push(`${name}: ${sideways} px sideways with text spacing`)
  await style.evaluate('(element) => element.remove()')
  await page.setViewportSize({ width: 1280, height: 800 })
}

const desk = await openFrontdesk()
const browser = await launch()
try {
  await everyPage(browser, desk, check)
} finally {
  await browser.close()
  await desk.close()
}
console.log(found.join('\n'))
console.log(`${looks} looks, ${found.length} findings`)
process.exitCode = found.length ? 1 : 0
