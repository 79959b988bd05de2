import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Page } from 'playwright-core'
import { npmTools } from './npm-tools.ts'

const TOOLS = { pa11y: '9.1.1', lighthouse: '12.8.2', 'puppeteer-core': '24.43.1' }
/** It goes by HTML 5.2; today's HTML has `username` on fields of type email as well, and axe checks by that. */
const OUTDATED = ['WCAG2AA.Principle1.Guideline1_3.1_3_5.H98']
const CATEGORIES = ['accessibility', 'best-practices']
const LIGHTHOUSE = {
  extends: 'lighthouse:default',
  settings: { onlyCategories: CATEGORIES, formFactor: 'desktop', screenEmulation: { disabled: true } },
}

interface Audit {
  /** The findings of pa11y and the failed audits of Lighthouse, one line each. */
  pa11y: string[]
  lighthouse: string[]
  /** Lighthouse's, out of 100, for accessibility and for best practices. */
  scores: number[]
}

export interface Auditors {
  audit(page: Page): Promise<Audit>
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
  const { resolve } = createRequire(join(await npmTools('audits', TOOLS), 'package.json'))
  const [{ default: puppeteer }, { default: runPa11y }, { snapshot }] = await Promise.all(
    ['puppeteer-core', 'pa11y', 'lighthouse'].map((name) => import(pathToFileURL(resolve(name)).href)),
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
    async audit(page) {
      const viewport = page.viewportSize() ?? { width: 1280, height: 800 }
      const options = { browser, page: await seen(page), ignoreUrl: true, runners: ['htmlcs'], viewport }
      const { issues } = await runPa11y(page.url(), { ...options, standard: 'WCAG2AA', ignore: OUTDATED })
      const { lhr } = await snapshot(options.page, { config: LIGHTHOUSE })
      return {
        pa11y: issues.map(
          ({ code, context }: { code: string; context: string }) => `pa11y ${code}: ${context}`,
        ),
        ...readLighthouse(lhr),
      }
    },
    close: () => browser.disconnect(),
  }
}

function readLighthouse({ categories, audits }: LighthouseResult): Omit<Audit, 'pa11y'> {
  const chosen = CATEGORIES.flatMap((name) => categories[name] ?? [])
  const failed = chosen
    .flatMap(({ auditRefs }) => auditRefs.flatMap(({ id }) => audits[id] ?? []))
    .filter(({ score }) => score !== null && score < 1)
  return {
    scores: chosen.map(({ score }) => Math.round(score * 100)),
    lighthouse: failed.map(({ id, title }) => `Lighthouse ${id}: ${title}`),
  }
}
