import type { Page } from 'playwright-core'

export type Look = (name: string, page: Page) => Promise<void>

/** Ways to a page, each with a look at it. */
export class Steps {
  readonly look: Look

  constructor(look: Look) {
    this.look = look
  }

  async at(page: Page, name: string, path: string): Promise<void> {
    await page.goto(path)
    await this.look(name, page)
  }

  async press(page: Page, button: string, name: string): Promise<void> {
    await page.locator('main').getByRole('button', { name: button }).click()
    await page.waitForLoadState()
    await this.look(name, page)
  }
}
