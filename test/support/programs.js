// @ts-check
import { accessSync, constants, readdirSync } from 'node:fs'
import { homedir } from 'node:os'
import { delimiter, join } from 'node:path'

/** Where programs are that no PATH names: servers for an ordinary user on Debian, Ubuntu's snaps. */
const MORE_FOLDERS = ['/usr/sbin', '/usr/local/sbin', '/snap/bin']
const FONT_FOLDERS = ['/usr/share/fonts', '/usr/local/share/fonts', '.fonts', '.local/share/fonts']

/**
 * What the tests need beside npm's packages, and which packages of Debian bring it.
 *
 * @typedef {{ name: string, variable?: string, found: () => string | undefined, packages: string[], ubuntu?: string[] }} Need
 * @type {Need[]}
 */
export const NEEDS = [
  {
    name: 'Chromium',
    variable: 'CHROMIUM',
    found: () => program(['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']),
    packages: ['chromium', 'chromium-headless-shell'],
    ubuntu: ['chromium-browser'],
  },
  {
    name: 'PgBouncer',
    variable: 'PGBOUNCER',
    found: () => program(['pgbouncer']),
    packages: ['pgbouncer'],
  },
  { name: 'Java', found: () => program(['java']), packages: ['default-jre-headless'] },
  { name: 'a font', found: anyFont, packages: ['fonts-liberation'] },
]

/**
 * Where the program for one of these is: the variable names it, or else it is where programs are.
 *
 * @param {string} wanted
 */
export function pathOf(wanted) {
  const need = NEEDS.find(({ name }) => name === wanted)
  return need && pathOfNeed(need)
}

/** @param {Need} need */
export function pathOfNeed({ variable, found }) {
  const named = variable && process.env[variable]
  return named ? program([named]) : found()
}

/**
 * @param {string[]} names
 * @returns {string | undefined}
 */
export function program(names) {
  const folders = [...(process.env.PATH ?? '').split(delimiter), ...MORE_FOLDERS]
  const paths = names.flatMap((name) =>
    name.includes('/') ? name : folders.map((folder) => join(folder, name)),
  )
  return paths.find(isRunnable)
}

/** @param {string} path */
function isRunnable(path) {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** Only on Linux is there a system without any. */
function anyFont() {
  if (process.platform !== 'linux') return 'of the system'
  return FONT_FOLDERS.flatMap((folder) => filesIn(folder)).find((file) => /\.(ttf|otf|ttc)$/.test(file))
}

/** @param {string} folder */
function filesIn(folder) {
  try {
    return readdirSync(folder.startsWith('.') ? join(homedir(), folder) : folder, { recursive: true }).map(
      String,
    )
  } catch {
    return []
  }
}
