import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Response } from 'playwright-core'
import { SAMPLE_SLUGS } from '../../src/emails/samples.ts'
import { launch } from './chromium.ts'
import { everyPage } from './every-page.ts'
import { type Frontdesk, openFrontdesk } from './frontdesk.ts'
import { htmlValidateFindings, nuFindings } from './html-checkers.ts'

/** Every page in every state and every e-mail, as they leave the server, before two checkers of HTML. */
const folder = mkdtempSync(join(tmpdir(), 'frontdesk-html-'))
const saved: string[] = []

function save(name: string, html: string): void {
  const file = join(
    folder,
    `${String(saved.length).padStart(3, '0')}-${name.replace(/[^a-z0-9]+/gi, '-')}.html`,
  )
  writeFileSync(file, html)
  saved.push(file)
}

async function savePage(response: Response): Promise<void> {
  const isPage = response.headers()['content-type']?.startsWith('text/html') && response.status() < 300
  const isForm = response.status() >= 400
  if (!isPage && !isForm) return
  const html = await response.text().catch(() => '')
  if (html) save(`${response.request().method()} ${new URL(response.url()).pathname.slice(0, 60)}`, html)
}

/** Whoever opens a page with it, what the server answered is kept. */
function keepingPages(browser: Browser, pending: Promise<void>[]): Browser {
  return new Proxy(browser, {
    get(target, name) {
      if (name !== 'newContext') return Reflect.get(target, name).bind?.(target) ?? Reflect.get(target, name)
      return async (...options: Parameters<Browser['newContext']>) => {
        const context = await target.newContext(...options)
        context.on('response', (response) => void pending.push(savePage(response)))
        return context
      }
    },
  })
}

async function saveEmails({ url }: Frontdesk): Promise<void> {
  for (const slug of SAMPLE_SLUGS.keys()) {
    const answer = await fetch(`${url}/outbox/previews/${slug}/html`)
    save(`email ${slug}`, await answer.text())
  }
}

const desk = await openFrontdesk()
const browser = await launch()
try {
  const pending: Promise<void>[] = []
  await everyPage(keepingPages(browser, pending), desk, async () => {})
  await Promise.all(pending)
  await saveEmails(desk)
} finally {
  await browser.close()
  await desk.close()
}
const findings = [...(await htmlValidateFindings(saved)), ...(await nuFindings(saved))]
console.log(findings.join('\n'))
console.log(`${saved.length} pages and e-mails, ${findings.length} findings`)
if (findings.length === 0) rmSync(folder, { recursive: true })
else console.log(`They are in ${folder}`)
process.exitCode = findings.length ? 1 : 0
