import { readFile } from 'node:fs/promises'
import t from '../support/tap.ts'
import { runNpm } from './npm.ts'

interface Package {
  version?: string
  license?: string
  resolved?: string
  integrity?: string
}

interface Component {
  name: string
  version: string
  purl: string
  licenses?: { expression?: string; license?: { id?: string; name?: string } }[]
}

interface MinimumVersion {
  name: string
  minimums: string[]
  reason: string
}

const ALLOWED = new Set([
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'CC0-1.0',
  'ISC',
  'MIT',
  'PostgreSQL',
])

/** Allowed by name, and why. */
const EXCEPTIONS: Record<string, string> = {
  'axe-core': 'MPL-2.0: used unchanged, by the tests only',
  'jsonc-simple-parser':
    'names no licence in its package.json, but holds the text of the MIT licence; tests only',
  'spdx-exceptions': 'CC-BY-3.0: a list of names, tests only',
}

const { packages } = JSON.parse(await readFile('package-lock.json', 'utf8')) as {
  packages: Record<string, Package>
}
const installed = Object.entries(packages)
  .filter(([path]) => path)
  .map(([path, found]) => ({ name: path.replace(/^.*node_modules\//, ''), ...found }))

t.test(
  'a bill of materials lists every package with its version, and each licence allows our use',
  async (t) => {
    const { stdout } = await runNpm('sbom', '--sbom-format=cyclonedx')
    const { bomFormat, components } = JSON.parse(stdout) as { bomFormat: string; components: Component[] }
    t.equal(bomFormat, 'CycloneDX')
    const listed = new Set(components.map(({ name, version }) => `${name}@${version}`))
    const { dependencies } = JSON.parse(await readFile('package.json', 'utf8'))
    for (const [name, version] of Object.entries(dependencies)) t.ok(listed.has(`${name}@${version}`), name)
    const refused = components.filter((component) => !isAllowed(licencesOf(component)))
    t.same(refused.map(({ name }) => name).sort(), Object.keys(EXCEPTIONS).sort())
  },
)

t.test('what other machines install is licensed as well', async (t) => {
  const refused = installed.filter(({ license }) => !isAllowed(license?.replace(/[()]/g, '').split(' OR ')))
  t.same(refused.map(({ name }) => name).sort(), Object.keys(EXCEPTIONS).sort())
})

t.test('no package is older than the version that mended a known weakness', async (t) => {
  const minimums = JSON.parse(await readFile('docs/minimum-versions.json', 'utf8')) as MinimumVersion[]
  for (const { name, minimums: lowest, reason } of minimums) {
    const found = installed.filter((one) => one.name === name)
    t.ok(found.length > 0, `${name} is installed`)
    t.ok(reason.length > 10, `${name}: the minimum has a reason`)
    for (const { version = '' } of found) t.ok(isMended(version, lowest), `${name} ${version}: ${reason}`)
  }
  t.notOk(isMended('3.1.5', ['3.1.6', '4.1.3']), 'older in its line')
  t.notOk(isMended('4.1.2', ['3.1.6', '4.1.3']), 'newer than the minimum of another line')
  t.ok(isMended('5.0.0', ['3.1.6', '4.1.3']), 'a later line')
})

t.test('the registry knows no weakness in what runs in production, where it answers', async (t) => {
  const { stdout } = await runNpm('audit', '--omit=dev', '--json')
  const report = JSON.parse(stdout || '{}') as { vulnerabilities?: Record<string, { severity: string }> }
  if (!report.vulnerabilities)
    return t.comment('The registry gives no advisories here; the minimums above stand in.')
  t.same(report.vulnerabilities, {})
})

t.test('every package comes from the npm registry, unchanged since it was locked', async (t) => {
  t.same(
    installed.filter(({ integrity }) => !integrity?.startsWith('sha512-')).map(({ name }) => name),
    [],
  )
  const elsewhere = installed.filter(
    ({ resolved }) => resolved && new URL(resolved).host !== 'registry.npmjs.org',
  )
  t.same(elsewhere, [])
  t.match(await readFile('.ci/run', 'utf8'), 'npm ci')
  t.match(await readFile('Dockerfile', 'utf8'), 'npm ci')
})

t.test('our own versions are exact, so that an update is a change somebody looks at', async (t) => {
  const { dependencies, devDependencies } = JSON.parse(await readFile('package.json', 'utf8'))
  for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies }))
    t.match(version, /^\d+\.\d+\.\d+(-[\w.]+)?$/, name)
})

function licencesOf({ licenses = [] }: Component): string[] {
  return licenses.flatMap(({ expression, license }) =>
    (expression ?? license?.id ?? license?.name ?? '').replace(/[()]/g, '').split(' OR '),
  )
}

/** Where there is a choice, one is enough. */
function isAllowed(licences: string[] = []): boolean {
  return licences.some((licence) => ALLOWED.has(licence))
}

function isMended(version: string, minimums: string[]): boolean {
  const major = Number(version.split('.')[0])
  const sameLine = minimums.find((minimum) => Number(minimum.split('.')[0]) === major)
  if (!sameLine) return minimums.every((minimum) => Number(minimum.split('.')[0]) < major)
  return version.localeCompare(sameLine, 'en', { numeric: true }) >= 0
}
