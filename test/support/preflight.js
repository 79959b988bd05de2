// @ts-check
import { installMissing } from './install.js'
import { NEEDS, pathOf } from './programs.js'

/** `npm test` looks first for what the tests need, before npm's packages do: plain Node, and nothing else. */
installMissing(NEEDS)

const still = NEEDS.filter(({ name }) => !pathOf(name))
if (still.length > 0) {
  console.error(howToGet(still))
  process.exitCode = 1
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
