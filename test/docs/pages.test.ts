import { access, readdir, readFile } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { PERMISSION_TABLE } from '../../src/roles/permissions.ts'
import { EVENT_ACTIONS } from '../../src/settings/activity/event-words.ts'
import { NewUserForm } from '../../src/settings/users/new-user-form.ts'
import { testApp } from '../support/app.ts'
import t from '../support/tap.ts'

const PAGES = [
  'README.md',
  'SECURITY.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  ...(await readdir('docs', { recursive: true })).filter(isPage).map((file) => join('docs', file)),
]

function isPage(file: string): boolean {
  return file.endsWith('.md')
}

const page = (name: string) => readFile(join('docs', name), 'utf8')

async function sources(folder = 'src'): Promise<{ path: string; text: string }[]> {
  const files = (await readdir(folder, { recursive: true })).filter((file) => file.endsWith('.ts'))
  return Promise.all(
    files.map(async (file) => ({
      path: join(folder, file),
      text: await readFile(join(folder, file), 'utf8'),
    })),
  )
}

t.test('what the pages point to is there', async (t) => {
  const { scripts } = JSON.parse(await readFile('package.json', 'utf8'))
  for (const name of PAGES) {
    const text = await readFile(name, 'utf8')
    const files = [...text.matchAll(/`((?:src|test|docs|bench|views|public|migrations)\/[\w./-]*\w)`/g)]
    for (const [, file = ''] of files) await t.resolves(access(file), `${name}: ${file}`)
    for (const [, file = ''] of text.matchAll(/\]\((?!https?:|#)([^)\s]+)\)/g))
      await t.resolves(access(join(name, '..', file)), `${name}: ${file}`)
    for (const [, script = ''] of text.matchAll(/npm run (?:-s )?([\w:-]+)/g))
      t.ok(scripts[script], `${name}: npm run ${script}`)
  }
})

t.test('README or docs name every page, so that it is found', async (t) => {
  const texts = await Promise.all(PAGES.map(async (from) => ({ from, text: await readFile(from, 'utf8') })))
  for (const name of PAGES.filter((one) => one.startsWith('docs/')))
    t.ok(
      texts.some(
        ({ from, text }) => text.includes(name) || text.includes(`](${relative(dirname(from), name)})`),
      ),
      name,
    )
})

t.test('README is one page, with three pictures of the program', async (t) => {
  const text = await readFile('README.md', 'utf8')
  t.ok(text.split('\n').length <= 90)
  const pictures = [...text.matchAll(/!\[[^\]]{20,}\]\((docs\/pictures\/[\w-]+\.png)\)/g)].map(
    ([, file = '']) => file,
  )
  t.same(
    pictures.map((file) => relative('docs/pictures', file)).sort(),
    (await readdir('docs/pictures')).sort(),
  )
  t.equal(pictures.length, 3)
})

t.test('somebody new finds every folder of src on the map, and none that is gone', async (t) => {
  const map = /## The map\n[\s\S]*?```\n([\s\S]*?)```/.exec(await page('development.md'))?.[1] ?? ''
  const entries = await readdir('src', { withFileTypes: true })
  const folders = entries.filter((entry) => entry.isDirectory()).map(({ name }) => `src/${name}/`)
  const named = [...map.matchAll(/^(src\/[\w.-]+\/?) /gm)].map(([, name = '']) => name)
  for (const name of named) await t.resolves(access(name), name)
  t.same(
    folders.filter((folder) => !map.includes(folder)),
    [],
  )
})

t.test('each package that we chose says what it is for', async (t) => {
  const { dependencies, devDependencies } = JSON.parse(await readFile('package.json', 'utf8'))
  const text = (await page('development.md')).split('## Dependencies')[1] ?? ''
  const named = new Set(text.match(/@?[\w-]+(?:\/[\w-]+)?/g))
  for (const name of Object.keys({ ...dependencies, ...devDependencies })) t.ok(named.has(name), name)
})

t.test('an operator finds every setting that the program reads', async (t) => {
  const text = await page('operations.md')
  const config = (await sources()).filter(({ path }) => /^src\/config/.test(path))
  const read = config.flatMap(({ text }) => [...text.matchAll(/\b(?:env|settings)\.([A-Z][A-Z_]+)/g)])
  t.ok(read.length > 10)
  for (const [, name = ''] of read) t.match(text, name === 'NODE_ENV' ? 'NODE_ENV' : `\`${name}\``, name)
})

t.test('every table has its class and its time', async (t) => {
  const { db } = await testApp(t)
  const text = await page('data.md')
  const tables = (await db.introspection.getTables()).map(({ name }) => name)
  t.ok(tables.length > 10)
  for (const name of tables)
    t.match(text, `\`${name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}\``, name)
  for (const name of ['Secret', 'Personal', 'Internal', 'Public']) t.match(text, `| ${name} |`)
})

t.test('every column of a person has its readers and writers', async (t) => {
  const { db } = await testApp(t)
  const text = await page('access.md')
  const [users] = (await db.introspection.getTables()).filter(({ name }) => name === 'users')
  t.ok((users?.columns.length ?? 0) > 20)
  for (const { name } of users?.columns ?? [])
    t.match(text, `\`${name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}\``, name)
})

t.test('every permission that the code asks for says what it guards', async (t) => {
  const text = await page('access.md')
  const permissions = PERMISSION_TABLE.flatMap(({ actions }) =>
    actions.flatMap(({ permission }) => permission ?? []),
  )
  for (const permission of permissions) t.match(text, `\`${permission}\``, permission)
})

t.test('every field of Add user has its rule', async (t) => {
  const text = await page('rules.md')
  for (const field of Object.keys(NewUserForm.properties)) t.match(text, `\`${field}\``, field)
  for (const heading of ['## Fields', '## Answers that depend on each other', '## Limits'])
    t.match(text, heading)
})

t.test('every event belongs to a family of the inventory', async (t) => {
  const text = await page('logs.md')
  for (const action of EVENT_ACTIONS)
    t.ok(text.includes(`\`${action}\``) || text.includes(`\`${action.split('.')[0]}.*\``), action)
})

t.test('every use of cryptography stands in the inventory', async (t) => {
  const text = await page('secrets.md')
  const users = (await sources()).filter(({ text }) => /from '(node:crypto|bcrypt)'/.test(text))
  t.ok(users.length > 10)
  for (const { path } of users) {
    const folder = path.replace(/[^/]+$/, '')
    const file = path.slice(folder.length)
    t.ok(
      text.includes(`\`${path}\``) ||
        text.includes(`\`${file}\``) ||
        text.includes(`| \`${folder}\` |`) ||
        text.includes(`, \`${folder}\` |`),
      path,
    )
  }
  const keys = (await sources())
    .map(({ text }) => /KEY_PURPOSES = \[([^\]]*)\]/.exec(text)?.[1])
    .find(Boolean)
  for (const [, purpose = ''] of (keys ?? '').matchAll(/'(\w+)'/g)) t.match(text, `\`${purpose}\``, purpose)
})

/** What ASVS asks to be written down, and the words that show where. */
const DECISIONS: Record<string, [file: string, ...words: string[]]> = {
  'time frames for fixes': ['updates.md', '## Time frames', 'Critical', 'High', 'Medium'],
  'the bill of materials': ['updates.md', '## Bill of materials', 'CycloneDX'],
  'parts that need care': ['updates.md', '## Dependencies that need care', 'bcrypt', 'eta', 'postmark'],
  'acts that need care': ['updates.md', '## Actions that need care', 'administrator'],
  'the life of keys': ['secrets.md', '### Rotate SECRET', 'HKDF-SHA-256'],
  'what comes after today’s cryptography': ['secrets.md', 'quantum', 'Argon2id'],
  'secrets and when they change': ['secrets.md', '| Secret | Made by | Changed |', 'yearly'],
  'who talks to whom': ['operations.md', '## Who talks to whom', 'api.postmarkapp.com', 'PostgreSQL, 5432'],
  'waits and limits': ['operations.md', '## Timeouts and limits', "When it's reached"],
  'what costs much': [
    'operations.md',
    "## What's expensive, and what protects it",
    'A password',
    'An export',
  ],
  'TLS at the proxy': [
    'proxy.md',
    'ssl_protocols TLSv1.2 TLSv1.3;',
    'publicly trusted certificate',
    'preload',
  ],
  'a host of its own': ['proxy.md', 'A host name of its own'],
  'which logs there are': ['logs.md', "## What's written where", 'NTP'],
  'a copy of the log elsewhere': ['logs.md', '## Keep a copy out of reach'],
  'what is not looked at': ['access.md', "## What isn't considered", 'time of day', 'network'],
  'old browsers': ['access.md', '## Old browsers', 'Fetch Metadata', 'CSP'],
  'a second approver': ['rules.md', 'second approver'],
  incidents: ['incidents.md', 'stolen cookie', 'leaked SECRET', 'The owner is unavailable'],
  'ways in, and how they differ': [
    '../SECURITY.md',
    '### Ways in',
    'joining by invitation',
    'forgotten password',
  ],
  'throttling, and who cannot abuse it': ['../SECURITY.md', '## Throttling', "stranger can't reach the stop"],
  'words that no password holds': [
    '../SECURITY.md',
    "the person's names, email, clinic, or the product's own words",
  ],
  'idle and absolute limits, and why': ['../SECURITY.md', '## Sessions', "NIST's AAL2"],
  'sessions at once': ['../SECURITY.md', 'any number of devices'],
}

for (const [what, [file, ...words]] of Object.entries(DECISIONS))
  t.test(`an auditor finds written down: ${what}`, async (t) => {
    const text = await page(file)
    for (const word of words) t.ok(text.includes(word), `${file}: ${word}`)
  })
