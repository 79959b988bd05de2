import type { Page } from 'playwright-core'
import { scoped } from '../support/scope.ts'
import { freePort } from '../support/server-process.ts'
import { type Auditors, openAuditors } from './auditors.ts'
import { axeFindings } from './axe.ts'
import { launchWhole } from './chromium.ts'
import { EveryHtml } from './every-html.ts'
import { everyPage } from './every-page.ts'
import { openFrontdesk } from './frontdesk.ts'
import { htmlValidateFindings, nuFindings } from './html-checkers.ts'

/** `npm run audits`: what axe, pa11y, Lighthouse, html-validate and the Nu checker say of every page in every state; `-- roles` only of those so named. */
const wanted = process.argv.slice(2)
const port = await freePort()
const rows: string[][] = []
const findings: string[] = []
await scoped(async (scope) => {
  const desk = await openFrontdesk()
  scope.teardown(() => desk.close())
  const browser = await launchWhole([`--remote-debugging-port=${port}`])
  scope.teardown(() => browser.close())
  const auditors = await openAuditors(port)
  scope.teardown(() => auditors.close())
  const everyHtml = new EveryHtml()
  scope.teardown(() => everyHtml.remove())
  await everyPage(everyHtml.watching(browser), desk, (name, page) => look(auditors, name, page))
  await everyHtml.addEmails(desk.url)
  const files = await everyHtml.files()
  const validate = await htmlValidateFindings(files)
  const nu = await nuFindings(files)
  findings.push(...validate, ...nu)
  const columns = ['page', 'axe', 'pa11y', 'Lighthouse: accessibility', 'best practices']
  for (const row of [columns, columns.map(() => '---'), ...rows]) console.log(`| ${row.join(' | ')} |`)
  console.log(
    `\n${files.length} pages and emails: html-validate ${validate.length}, Nu checker ${nu.length} findings`,
  )
  for (const finding of findings) console.log(finding)
})
process.exitCode = findings.length > 0 ? 1 : 0

async function look(auditors: Auditors, name: string, page: Page): Promise<void> {
  if (wanted.length > 0 && !wanted.some((start) => name.startsWith(start))) return
  const axe = await axeFindings(page)
  const { pa11y, lighthouse, scores } = await auditors.audit(page)
  rows.push([name, `${axe.length}`, `${pa11y.length}`, ...scores.map(String)])
  findings.push(...[...axe, ...pa11y, ...lighthouse].map((finding) => `${name}: ${finding}`))
}
