import { existsSync } from 'node:fs'
import { type Browser, chromium, type LaunchOptions } from 'playwright-core'
import { pathOf } from '../support/programs.js'

/** A small phone, a tablet, a desk. */
export const WIDTHS_PX = [
  [320, 640],
  [768, 1024],
  [1280, 800],
] as const

const WHOLE = pathOf('Chromium') ?? process.env.CHROMIUM ?? 'chromium'
/** The same engine without windows of its own, half as heavy: a package of its own in Debian. */
const HEADLESS = '/usr/bin/chromium-headless-shell'

export function launch(): Promise<Browser> {
  const isLighter = !process.env.CHROMIUM && existsSync(HEADLESS)
  return isLighter ? chromium.launch({ ...options(), executablePath: HEADLESS }) : launchWhole()
}

/** For what only the browser with windows does: moving softly from page to page, being looked at from outside. */
export function launchWhole(more: string[] = []): Promise<Browser> {
  return chromium.launch({ ...options(more), executablePath: WHOLE })
}

function options(more: string[] = []): LaunchOptions {
  return { args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', ...more] }
}
