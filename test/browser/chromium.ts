import { type Browser, chromium, type LaunchOptions } from 'playwright-core'

/** A small phone, a tablet, a desk. */
export const WIDTHS_PX = [
  [320, 640],
  [768, 1024],
  [1280, 800],
] as const

export function launch(): Promise<Browser> {
  return chromium.launch(launchOptions())
}

export function launchOptions(more: string[] = []): LaunchOptions {
  const args = ['--no-sandbox', '--disable-gpu', '--disable-background-networking', ...more]
  return { executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args }
}
