import { type Browser, chromium } from 'playwright-core'

/** A small phone, a tablet, a desk. */
export const WIDTHS_PX = [
  [320, 640],
  [768, 1024],
  [1280, 800],
] as const

export function launch(): Promise<Browser> {
  const args = ['--no-sandbox', '--disable-gpu', '--disable-background-networking']
  return chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args })
}
