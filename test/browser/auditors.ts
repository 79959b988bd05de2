import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import type { Page } from 'playwright-core'

/** Of npm, but no dependencies: together they weigh more than all the rest, and bring a browser of their own. */
const TOOLS = { pa11y: '9.1.1', lighthouse: '12.8.2', 'puppeteer-core': '24.43.1' }
const FOLDER = fileURLToPath(new URL('../../node_modules/.cache/audits', import.meta.url))
/** It goes by HTML 5.2; today's HTML has `username` on fields of type email as well, and axe checks by that. */
const OUTDATED = ['WCAG2AA.Principle1.Guideline1_3.1_3_5.H98']
const CATEGORIES = ['accessibility', 'best-practices']

export interface Auditors {
  /** Its findings, one line each. */
  pa11y(page: Page): Promise<string[]>
  /** Out of 100, for accessibility and for best practices, and which audits failed. */
  lighthouse(page: Page): Promise<{ scores: number[]; failed: string[] }>
  close(): Promise<void>
}

interface PuppeteerTarget {
  _targetId: string
  page(): Promise<unknown>
}

interface LighthouseResult {
  categories: Record<string, { score: number; auditRefs: { id: string }[] }>
  audits: Record<string, { id: string; title: string; score: number | null }>
}

/** Both look through a second connection at the very pages that the walk has open, in whatever state they are. */
export async function openAuditors(debuggingPort: number): Promise<Auditors> {
  await install()
  const [{ default: puppeteer }, { default: pa11y }, { snapshot }] = await Promise.all(
    ['puppeteer-core', 'pa11y', 'lighthouse'].map(load),
  )
  const browser = await puppeteer.connect({
    browserURL: `http://127.0.0.1:${debuggingPort}`,
    defaultViewport: null,
  })

  async function seen(page: Page): Promise<unknown> {
    const session = await page.context().newCDPSession(page)
    const { targetInfo } = await session.send('Target.getTargetInfo')
    await session.detach()
    const target = browser
      .targets()
      .find(({ _targetId }: PuppeteerTarget) => _targetId === targetInfo.targetId)
    return target.page()
  }

  return {
    async pa11y(page) {
      const viewport = page.viewportSize() ?? { width: 1280, height: 800 }
      const options = { browser, page: await seen(page), ignoreUrl: true, runners: ['htmlcs'], viewport }
      const { issues } = await pa11y(page.url(), { ...options, standard: 'WCAG2AA', ignore: OUTDATED })
      return issues.map(({ code, context }: { code: string; context: string }) => `pa11y ${code}: ${context}`)
    },
    async lighthouse(page) {
      const settings = {
        onlyCategories: CATEGORIES,
        formFactor: 'desktop',
        screenEmulation: { disabled: true },
      }
      const config = { extends: 'lighthouse:default', settings }
      const { lhr } = (await snapshot(await seen(page), { config })) as { lhr: LighthouseResult }
      return readLighthouse(lhr)
    },
    close: () => browser.disconnect(),
  }
}

function readLighthouse({ categories, audits }: LighthouseResult) {
  const chosen = CATEGORIES.flatMap((name) => categories[name] ?? [])
  const failed = chosen
    .flatMap(({ auditRefs }) => auditRefs.flatMap(({ id }) => audits[id] ?? []))
    .filter(({ score }) => score !== null && score < 1)
  return {
    scores: chosen.map(({ score }) => Math.round(score * 100)),
    failed: failed.map(({ id, title }) => `Lighthouse ${id}: ${title}`),
  }
}

async function install(): Promise<void> {
  if (existsSync(join(FOLDER, 'node_modules/lighthouse'))) return
  mkdirSync(FOLDER, { recursive: true })
  writeFileSync(join(FOLDER, 'package.json'), JSON.stringify({ private: true, dependencies: TOOLS }))
  const options = ['install', '--ignore-scripts', '--no-audit', '--no-fund']
  await promisify(execFile)('npm', options, { cwd: FOLDER })
}

async function load(name: string) {
  const { resolve } = createRequire(join(FOLDER, 'package.json'))
  return import(pathToFileURL(resolve(name)).href)
}
