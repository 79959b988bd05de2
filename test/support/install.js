// @ts-check
import { spawnSync } from 'node:child_process'
import { pathOfNeed, program } from './programs.js'

const SUDO_MS = 2_000
const INSTALL_MS = 600_000
const WAITS_FOR_OTHERS = ['-o', 'DPkg::Lock::Timeout=120']
const INSTALL = ['install', '-y', '--no-install-recommends']

/**
 * On Debian and Ubuntu, as root or with passwordless sudo; elsewhere nothing happens. A program that a variable names is
 * the business of whoever set it.
 *
 * @param {import('./programs.js').Need[]} needs
 */
export function installMissing(needs) {
  const missing = needs.filter((need) => !pathOfNeed(need))
  const canInstall =
    program(['apt-get']) && missing.every(({ variable }) => !variable || !process.env[variable])
  const asRoot = missing.length > 0 && canInstall ? rootCommand() : null
  if (asRoot) install(asRoot, missing)
}

/** What goes before a command to make it root's; null where that needs a password. */
function rootCommand() {
  if (process.getuid?.() === 0) return []
  const asked = spawnSync('sudo', ['-n', 'true'], { timeout: SUDO_MS, stdio: 'ignore' })
  return asked.status === 0 ? ['sudo', '-n'] : null
}

/**
 * @param {string[]} asRoot
 * @param {import('./programs.js').Need[]} needs
 */
function install(asRoot, needs) {
  const apt = [...asRoot, 'env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', ...WAITS_FOR_OTHERS]
  run([...apt, 'update'])
  for (const need of needs) {
    const { name, packages, ubuntu = packages } = need
    console.log(`The tests need ${name}: installing ${packages.join(' ')}`)
    const [why] = [packages, ubuntu].map((names) => pathOfNeed(need) || run([...apt, ...INSTALL, ...names]))
    if (!pathOfNeed(need)) console.error(why)
  }
}

/**
 * @param {string[]} words
 * @returns {string} the last thing it said
 */
function run([command = '', ...words]) {
  const options = { encoding: /** @type {const} */ ('utf8'), timeout: INSTALL_MS, maxBuffer: 2 ** 28 }
  const { error, stdout, stderr } = spawnSync(command, words, options)
  return error?.message ?? `${stdout}${stderr}`.trim().split('\n').at(-1) ?? ''
}
