import { readFileSync } from 'node:fs'
import type { Page } from 'playwright-core'
import t from '../support/tap.ts'
import { axeFindings } from './axe.ts'
import { launch } from './chromium.ts'
import { EveryHtml } from './every-html.ts'
import { everyPage } from './every-page.ts'
import { openFrontdesk } from './frontdesk.ts'
import { htmlValidateFindings, nuFindings } from './html-checkers.ts'

/** WCAG 2.2 A and AA, as far as a page as it stands shows it; keyboard.test.ts has what takes hands. */
const CRITERIA: Record<string, string> = {
  axe: 'axe finds nothing: names, roles, values, contrast in light and dark',
  '1.1.1': 'a picture has its text, or is hidden from those who would not see it',
  '1.3.5': 'fields about oneself say what they are; fields about somebody else take nothing of one’s own',
  '1.4.1': 'every status is said in words',
  '1.4.10': 'nothing scrolls sideways, at 320 pixels, at 200 %, and with text twice as large',
  '1.4.12': 'nothing is cut off when text is spaced out or twice as large',
  '2.1.1': 'every control takes the focus',
  '2.4.1': 'the first thing on a page leads past its head',
  '2.4.2': 'every page has a title of its own, and says first when something is wrong',
  '2.4.3': 'the focus moves as the eye does',
  '2.4.4': 'two links of one name lead to one place',
  '2.4.6': 'every page has one main heading',
  '2.4.7': 'the focus is seen on every control',
  '2.4.11': 'nothing lies over what has the focus',
  '2.5.8': 'every target that stands alone is 24 pixels wide and high',
  '3.1.1': 'every page says its language',
  '3.2.3': 'the navigation stands in one order everywhere',
  '3.2.6': 'help stands at the same place on every page',
  '3.3.1': 'what is wrong is said beside the field, and the summary takes the focus',
  '3.3.8': 'a password can be pasted',
  '4.1.3': 'what has been done is announced, and what went wrong is an alert',
}

const CHECKS = readFileSync(new URL('page-checks.js', import.meta.url), 'utf8')

/** Between them they have every piece; colours.test.ts has every colour. */
const SEEN_IN_THE_DARK = ['styleguide', 'users', 'verify-password']

const TEXT_SPACING = `* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important }
  p { margin-block-end: 2em !important }`
const TWICE_AS_LARGE = ':root { font-size: 200% }'

interface Head {
  title: string
  heading: string
  bars: [label: string, words: string][]
}

const HEAD = `({
  title: document.title,
  heading: document.querySelector('h1').innerText,
  bars: [...document.querySelectorAll('nav')].map((bar) =>
    [bar.getAttribute('aria-label'), [...bar.querySelectorAll('a')].map((link) => link.innerText).join(' | ')]),
})`

const found: Record<string, string[]> = {}
const titles = new Map<string, string>()
const navigations = new Map<string, string>()
const desk = await openFrontdesk()
t.teardown(() => desk.close())
const browser = await launch()
t.teardown(() => browser.close())
const everyHtml = new EveryHtml()
t.teardown(() => everyHtml.remove())
await everyPage(everyHtml.watching(browser), desk, look)
await everyHtml.addEmails(desk.url)

for (const [criterion, sentence] of Object.entries(CRITERIA))
  t.test(`${criterion}: ${sentence}`, async (t) => t.same(found[criterion] ?? [], []))

t.test('every finding has its criterion here', async (t) =>
  t.same(
    Object.keys(found).filter((criterion) => !(criterion in CRITERIA)),
    [],
  ),
)

t.test('html-validate and the Nu checker find nothing in any page or email', async (t) => {
  const files = await everyHtml.files()
  t.ok(files.length > 80, `${files.length} pages and emails`)
  t.same([...(await htmlValidateFindings(files)), ...(await nuFindings(files))], [])
})

async function look(name: string, page: Page): Promise<void> {
  // What is folded away is looked at, too.
  await page.evaluate('for (const part of document.querySelectorAll("details")) part.open = true')
  await check(name, page, 'wide')
  await page.setViewportSize({ width: 320, height: 640 })
  await check(name, page, 'narrow')
  // Another state of a page is made of the same pieces: its sizes and colours have been seen.
  if (!titles.has(await page.title())) await lookCloser(name, page)
  await page.setViewportSize({ width: 1280, height: 800 })
  await sameEverywhere(name, page)
}

async function lookCloser(name: string, page: Page): Promise<void> {
  await styled(page, TEXT_SPACING, () => check(`${name}, spaced`, page, 'enlarged'))
  await page.setViewportSize({ width: 640, height: 400 })
  await check(`${name} at 200 %`, page, 'enlarged')
  await page.setViewportSize({ width: 1280, height: 800 })
  await styled(page, TWICE_AS_LARGE, () => check(`${name}, large text`, page, 'enlarged'))
  await axe(name, page)
}

async function axe(name: string, page: Page): Promise<void> {
  for (const finding of await axeFindings(page)) note('axe', `${name}: ${finding}`)
  if (!SEEN_IN_THE_DARK.includes(name)) return
  // With motion, colours would still be on their way.
  await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' })
  for (const finding of await axeFindings(page, ['color-contrast'])) note('axe', `${name}, dark: ${finding}`)
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: null })
}

async function check(name: string, page: Page, how: 'wide' | 'narrow' | 'enlarged'): Promise<void> {
  const findings = await page.evaluate<[string, string][]>(`${CHECKS};pageChecks().${how}()`)
  for (const [criterion, finding] of findings) note(criterion, `${name}: ${finding}`)
}

async function styled(page: Page, css: string, action: () => Promise<void>): Promise<void> {
  await page.addStyleTag({ content: css })
  await action()
  await page.evaluate('document.querySelector("style").remove()')
}

/** Whether some of the links of a bar stand in its order; a role may open fewer of them. */
function isPartOf(words: string, bar: string): boolean {
  const left = bar.split(' | ')
  return words.split(' | ').every((link) => {
    const index = left.indexOf(link)
    return index >= 0 && left.splice(0, index + 1).length > 0
  })
}

async function sameEverywhere(name: string, page: Page): Promise<void> {
  const { title, heading, bars } = await page.evaluate<Head>(HEAD)
  const other = titles.get(title)
  if (other && other !== heading) note('2.4.2', `${name}: ${title} is also the title of ${other}`)
  titles.set(title, heading)
  for (const [label, words] of bars) {
    if (label === 'Pages') continue
    const before = navigations.get(label) ?? words
    if (!isPartOf(words, before) && !isPartOf(before, words))
      note('3.2.3', `${name}: ${words}, not ${before}`)
    navigations.set(label, before.length > words.length ? before : words)
  }
}

function note(criterion: string, finding: string): void {
  found[criterion] ??= []
  found[criterion].push(finding)
}
