import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

interface Violation {
  id: string
  nodes: { html: string; failureSummary: string }[]
}

/** What axe objects to on the page as it stands, one line each; works with the page's own scripts off, too. */
export async function axeFindings(page: Page, rules?: string[]): Promise<string[]> {
  const run = `axe.run({ runOnly: ${JSON.stringify(rules ?? TAGS)} }).then((result) => result.violations)`
  const isThere = await page.evaluate<boolean>('typeof axe === "object"')
  const violations = await page.evaluate<Violation[]>(isThere ? run : `${AXE};${run}`)
  return violations.flatMap(({ id, nodes }) =>
    nodes.map((node) => `${id}: ${node.html} ${node.failureSummary}`),
  )
}
