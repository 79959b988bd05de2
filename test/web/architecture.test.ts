import { readdir, readFile } from 'node:fs/promises'
import { dirname, join, relative, resolve } from 'node:path'
import t from '../support/tap.ts'

const SRC = resolve('src')
const VIEW_LINE_MAX_LENGTH = 160

interface Source {
  path: string
  text: string
  imports: string[]
}

async function sources(folder: string): Promise<Source[]> {
  const files = (await readdir(folder, { recursive: true })).filter((file) => file.endsWith('.ts'))
  return Promise.all(files.map((file) => readSource(join(folder, file))))
}

async function readSource(path: string): Promise<Source> {
  const text = await readFile(path, 'utf8')
  const found = [...text.matchAll(/(?:from|import) '([^']+)'|import\('([^']+)'\)/g)].map(
    (match) => match[1] ?? match[2] ?? '',
  )
  const imports = found.map((name) =>
    name.startsWith('.') ? relative(SRC, resolve(dirname(path), name)) : name,
  )
  return { path: relative(SRC, path), text, imports }
}

const src = await sources(SRC)
const importersOf = (name: string) =>
  src.filter((source) => source.imports.includes(name)).map((source) => source.path)

t.test('the environment is read in one place', async (t) => {
  t.same(
    src.filter(({ text }) => text.includes('process.env')).map(({ path }) => path),
    ['config.ts'],
  )
})

t.test('each outside part has one door', async (t) => {
  t.same(importersOf('postmark'), ['emails/postmark.ts'])
  t.same(importersOf('bcrypt'), ['sessions/passwords.ts'])
  t.same(importersOf('libphonenumber-js/max'), ['users/phone-number.ts'])
})

/** Routes, pages and forms; plugins of Fastify, and what they know of a request; and what puts it all together. */
const HTTP = /^web\/|(routes|-page|-form|-plugin|-of-request)\.ts$|^(app|screens|server|shutdown)\.ts$/

t.test('nouns know neither Fastify nor the web', async (t) => {
  for (const { path, imports } of src) {
    if (HTTP.test(path)) continue
    const wrong = imports.filter(
      (name) => name === 'fastify' || name.startsWith('@fastify/') || name.startsWith('web/'),
    )
    t.same(wrong, [], path)
  }
})

t.test('a feature uses another’s nouns, never its routes', async (t) => {
  for (const { path, imports } of src) {
    if (path === 'screens.ts' || path === 'app.ts') continue
    t.same(
      imports.filter((name) => /routes\.ts$/.test(name)),
      [],
      path,
    )
  }
})

/** From the ground up. A room stands before those that it may use nothing of. */
const ROOMS = [
  ...['words', 'refusal.ts', 'polling-loop.ts', 'config', 'config.ts'],
  ...['database', 'events', 'web', 'emails'],
  ...['clinics', 'roles', 'users', 'sessions'],
  ...['invitations', 'email-changes'],
  ...[
    'find-clinic',
    'set-up',
    'new-clinic',
    'sign-in',
    'settings/users/list',
    'settings/users',
    'settings/imports',
    'settings/clinic',
  ],
  ...['settings/roles', 'settings/activity', 'my-details'],
  ...['operator', 'email-kinds.ts', 'outbox', 'styleguide', 'demo', 'screens.ts', 'app.ts'],
  ...['retention.ts', 'sweep.ts', 'shutdown.ts', 'start-up-text.ts', 'server.ts', 'commands'],
]

t.test('imports between rooms run down', async (t) => {
  const roomOf = (path: string) =>
    path.startsWith('words/') ? 'words' : dirname(path) === '.' ? path : dirname(path)
  for (const { path, imports } of src) {
    const index = ROOMS.indexOf(roomOf(path))
    t.not(index, -1, `${path} has a room`)
    const up = imports.filter((name) => name.endsWith('.ts') && ROOMS.indexOf(roomOf(name)) > index)
    t.same(up, [], path)
  }
})

t.test('no import runs in a circle', async (t) => {
  const byPath = new Map(
    src.map((source) => [source.path, source.imports.filter((name) => name.endsWith('.ts'))]),
  )
  const done = new Set<string>()
  const visit = (path: string, trail: string[]): string[] | null => {
    if (trail.includes(path)) return [...trail.slice(trail.indexOf(path)), path]
    if (done.has(path)) return null
    for (const next of byPath.get(path) ?? []) {
      const circle = visit(next, [...trail, path])
      if (circle) return circle
    }
    done.add(path)
    return null
  }
  for (const path of byPath.keys()) t.equal(visit(path, [])?.join(' -> ') ?? '', '', path)
})

t.test('migrations stand on their own', async (t) => {
  for (const { path, imports } of await sources(resolve('migrations')))
    t.same(
      imports.filter((name) => name.includes('/')),
      [],
      path,
    )
})

t.test('templates print nothing raw but their own parts', async (t) => {
  const files = (await readdir('views', { recursive: true })).filter((file) => file.endsWith('.eta'))
  for (const file of files) {
    const text = await readFile(join('views', file), 'utf8')
    const raw = [...text.matchAll(/<%~([^%]*)%>/g)].map((match) => match[1]?.replace(/-$/, '').trim() ?? '')
    t.same(
      raw.filter((code) => code !== 'it.body' && !/^include\('\/[\w/.-]+'/.test(code)),
      [],
      file,
    )
    // Mail programs know nothing but inline styles.
    if (!file.startsWith('emails/'))
      t.notMatch(text, / style="| on[a-z]+="|<script(?! type="module" src)/, `${file}: nothing inline`)
  }
})

t.test('a view lies in the folder of the room that shows it', async (t) => {
  for (const { path, text } of src) {
    const pages = text.match(/interface Pages \{([\s\S]*?)\n {2}\}/)?.[1] ?? ''
    const folder = dirname(path) === 'web' ? 'errors' : dirname(path)
    for (const [, view = ''] of pages.matchAll(/^ {4}'(.+?)':/gm)) t.equal(dirname(view), folder, path)
  }
})

t.test('a view includes the pieces of its own room and those of all', async (t) => {
  const files = (await readdir('views', { recursive: true })).filter((file) => file.endsWith('.eta'))
  for (const file of files) {
    const included = [...(await readFile(join('views', file), 'utf8')).matchAll(/include\('\/([^']+)'/g)]
    const folders = included.map(([, view = '']) => dirname(view))
    t.same(
      folders.filter((folder) => folder !== 'partials' && folder !== dirname(file)),
      [],
      file,
    )
  }
})

t.test('the lines of a view stay short', async (t) => {
  for (const file of await readdir('views', { recursive: true })) {
    if (!file.endsWith('.eta')) continue
    const lines = (await readFile(join('views', file), 'utf8')).split('\n')
    t.same(
      lines.filter((line) => line.length > VIEW_LINE_MAX_LENGTH),
      [],
      file,
    )
  }
})

t.test('files stay small', async (t) => {
  const lengths = src
    .map(({ path, text }) => ({ path, lines: text.split('\n').length }))
    .sort((a, b) => a.lines - b.lines)
  t.ok((lengths[Math.floor(lengths.length / 2)]?.lines ?? 0) <= 65, 'the median file')
  t.same(
    lengths.filter(({ lines }) => lines > 170),
    [],
  )
  const vague = /(service|manager|helper|util|common|base|repository)/i
  t.same(
    src
      .filter(
        ({ path }) => vague.test(path) && !path.includes('database') && !path.includes('common-passwords'),
      )
      .map(({ path }) => path),
    [],
  )
})
