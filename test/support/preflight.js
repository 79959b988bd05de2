// @ts-check
import { spawnSync } from 'node:child_process'
import { NEEDS, pathOf, program } from './programs.js'

/** `npm test` looks first for what the tests need, before npm's packages do: plain Node, and nothing else. */
const SUDO_MS = 2_000
const INSTALL_MS = 600_000
const WAITS_FOR_OTHERS = ['-o', 'DPkg::Lock::Timeout=120']
const INSTALL = ['install', '-y', '--no-install-recommends']

const missing = missingNeeds()
const asRoot = missing.length > 0 && canInstall(missing) ? rootCommand() : null
if (asRoot) install(asRoot, missing)

const still = missingNeeds()
if (still.length > 0) {
  console.error(howToGet(still))
  process.exitCode = 1
}

function missingNeeds() {
  return NEEDS.filter(({ name }) => !pathOf(name))
}

/**
 * A program that a variable names is the business of whoever set it.
 *
 * @param {import('./programs.js').Need[]} needs
 */
function canInstall(needs) {
  return program(['apt-get']) && needs.every(({ variable }) => !variable || !process.env[variable])
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
  for (const { name, packages, ubuntu = packages } of needs) {
    console.log(`The tests need ${name}: installing ${packages.join(' ')}`)
    const [why] = [packages, ubuntu].map((names) => pathOf(name) || run([...apt, ...INSTALL, ...names]))
    if (!pathOf(name)) console.error(why)
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

/** @param {import('./programs.js').Need[]} needs */
function howToGet(needs) {
  const names = needs.map(({ name, variable }) => {
    const named = variable && process.env[variable]
    return named ? `${name} (${variable}=${named} is no program)` : name
  })
  const packages = needs.flatMap((need) => need.packages).join(' ')
  return [
    `These tests also need ${names.join(', ').replace(/, ([^,]+)$/, ' and $1')}.`,
    `On Debian and Ubuntu: sudo apt-get install ${packages}. Elsewhere, CHROMIUM and PGBOUNCER can name the programs;`,
    'java is looked for in PATH. npm run test:quick needs none of them.',
  ].join(' ')
}
