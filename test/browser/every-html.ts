import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Response } from 'playwright-core'
import { SAMPLE_SLUGS } from '../../src/outbox/samples.ts'

/** Keeps every page as it leaves the server while somebody walks through them, for the checkers of HTML. */
export class EveryHtml {
  readonly #folder = mkdtempSync(join(tmpdir(), 'frontdesk-html-'))
  readonly #pending: Promise<void>[] = []
  readonly #files: string[] = []

  /** The same browser, whose pages are kept. */
  watching(browser: Browser): Browser {
    return new Proxy(browser, {
      get: (target, name) => {
        if (name !== 'newContext') {
          const value = Reflect.get(target, name)
          return typeof value === 'function' ? value.bind(target) : value
        }
        return async (...options: Parameters<Browser['newContext']>) => {
          const context = await target.newContext(...options)
          context.on('response', (response) => void this.#pending.push(this.#keep(response)))
          return context
        }
      },
    })
  }

  async addEmails(url: string): Promise<void> {
    for (const slug of SAMPLE_SLUGS.keys()) {
      const answer = await fetch(`${url}/outbox/previews/${slug}/html`)
      this.#save(`email ${slug}`, await answer.text())
    }
  }

  async files(): Promise<string[]> {
    await Promise.all(this.#pending)
    return this.#files
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true })
  }

  async #keep(response: Response): Promise<void> {
    const isRedirect = response.status() >= 300 && response.status() < 400
    if (isRedirect || !response.headers()['content-type']?.startsWith('text/html')) return
    const html = await response.text().catch(() => '')
    if (html) this.#save(`${response.request().method()} ${new URL(response.url()).pathname}`, html)
  }

  #save(name: string, html: string): void {
    const plain = name.replace(/[^a-z0-9]+/gi, '-').slice(0, 60)
    const file = join(this.#folder, `${String(this.#files.length).padStart(3, '0')}-${plain}.html`)
    writeFileSync(file, html)
    this.#files.push(file)
  }
}
