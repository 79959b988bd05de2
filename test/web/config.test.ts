import { randomBytes, randomUUID } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ConfigError, loadConfig, loadDataLocation } from '../../src/config.ts'
import t from '../support/tap.ts'

const PRODUCTION = {
  NODE_ENV: 'production',
  PUBLIC_URL: 'https://frontdesk.example.com',
  SECRET: 'mJ4vQ8rZ1xW6tL9pC3kH7nB2sD5gF0yA',
  DATABASE_URL: 'postgres://frontdesk@localhost/frontdesk',
  POSTMARK_SERVER_TOKEN: '00000000-aaaa-4bbb-8ccc-123456789012',
  MAIL_FROM: 'Frontdesk <frontdesk@example.com>',
  TRUST_PROXY: 'loopback',
}

function problemsOf(env: Record<string, string | undefined>): string[] {
  try {
    loadConfig(env)
    return []
  } catch (error) {
    if (error instanceof ConfigError) return error.problems
    throw error
  }
}

t.test('nothing is needed to try it, and the secret is made once', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'frontdesk-config-'))
  t.teardown(() => rmSync(folder, { recursive: true }))
  const first = loadConfig({ DATA_DIR: folder })
  t.match(first, { publicUrl: 'http://localhost:3000', host: '127.0.0.1', production: false })
  t.ok(readFileSync(join(folder, 'secret'), 'utf8').length >= 48)
  t.equal(statSync(join(folder, 'secret')).mode & 0o777, 0o600)
  t.same(loadConfig({ DATA_DIR: folder }).keys, first.keys)
  t.equal(
    new Set(Object.values(first.keys).map(([key]) => key.toString('hex'))).size,
    6,
    'one key for each purpose',
  )
})

t.test('production starts with a whole configuration and refuses each gap with one clear line', async (t) => {
  t.same(problemsOf(PRODUCTION), [])
  for (const name of Object.keys(PRODUCTION).filter((name) => name !== 'NODE_ENV')) {
    const problems = problemsOf({ ...PRODUCTION, [name]: undefined })
    t.equal(problems.length, 1, name)
    t.match(problems[0], new RegExp(`^${name} must`), name)
  }
})

t.test('weak or mistyped settings are refused', async (t) => {
  const weak: [Record<string, string>, RegExp][] = [
    [{ SECRET: 'short' }, /SECRET must be at least 32/],
    [{ SECRET: 'change-me-vQ8rZ1xW6tL9pC3kH7nB2sD5gF0y' }, /example value/],
    [{ PUBLIC_URL: 'http://frontdesk.example.com' }, /https/],
    [{ PUBLIC_URL: 'https://frontdesk.example.com/path' }, /without a path/],
    [{ TRUST_PROXY: '1' }, /TRUST_PROXY must name/],
    [{ TRUST_PROXY: 'true' }, /TRUST_PROXY must name/],
    [{ PORT: '99999' }, /PORT must/],
    [{ PORT: 'x' }, /PORT must/],
    [{ PORT: '0' }, /PORT must/],
    [{ PORT: '3e3' }, /PORT must/],
    [{ PUBLIC_URL: 'https://somebody:secret@frontdesk.example.com' }, /PUBLIC_URL must/],
    [{ PUBLIC_URL: 'https://frontdesk.example.com:99999' }, /PUBLIC_URL must/],
    [{ PUBLIC_URL: 'https://frontdesk.example.com?clinic=1' }, /PUBLIC_URL must/],
    [{ PUBLIC_URL: 'https://frontdesk.example.com#top' }, /PUBLIC_URL must/],
    [{ PUBLIC_URL: 'https:frontdesk.example.com' }, /PUBLIC_URL must/],
    [{ MAIL_FROM: 'Frontdesk' }, /MAIL_FROM must/],
    [{ MAIL_FROM: 'Frontdesk <frontdesk@example.com' }, /MAIL_FROM must/],
    [{ MAIL_FROM: 'Frontdesk <a@example.com>\nBcc: b@example.com' }, /MAIL_FROM must/],
    [{ MAIL_FROM: 'Desk, Front <frontdesk@example.com>' }, /MAIL_FROM must/],
    [{ MAIL_FROM: 'a@example.com, b@example.com' }, /MAIL_FROM must/],
    [{ TRUST_PROXY: 'nginx' }, /TRUST_PROXY must name/],
    [{ TRUST_PROXY: '10.0.0.0/99' }, /TRUST_PROXY must name/],
    [{ TRUST_PROXY: '0.0.0.0/0' }, /TRUST_PROXY must name/],
    [{ TRUST_PROXY: 'loopback,,10.0.0.1' }, /TRUST_PROXY must name/],
    [{ DATABASE_URL: 'postgre://frontdesk@localhost/frontdesk' }, /DATABASE_URL must be an address/],
    [{ DATABASE_URL: 'localhost:5432/frontdesk' }, /DATABASE_URL must be an address/],
    [{ DATABASE_URL: 'postgres://frontdesk:half#half@localhost/frontdesk' }, /write # .* as %23/],
    [{ DATABASE_URL: `${PRODUCTION.DATABASE_URL}?sslmode=required` }, /sslmode must be one of/],
    [
      { DATABASE_URL: 'postgres://frontdesk@one.example:5432,two.example:port/frontdesk' },
      /must be an address/,
    ],
    [
      { DATABASE_URL: 'postgres://frontdesk@one.example,two.example/frontdesk?target_session_attrs=standby' },
      /target_session_attrs must be read-write/,
    ],
    [{ POSTMARK_SERVER_TOKEN: 'POSTMARK_API_TEST' }, /delivers nothing/],
    [{ POSTMARK_API_URL: 'postmark.example' }, /POSTMARK_API_URL must/],
    [{ POSTMARK_API_URL: 'https://' }, /POSTMARK_API_URL must/],
    [{ POSTMARK_API_URL: 'http://postmark.example' }, /POSTMARK_API_URL must begin with https/],
  ]
  for (const [settings, words] of weak) t.match(problemsOf({ ...PRODUCTION, ...settings })[0], words)
})

t.test('a mistyped NODE_ENV does not start without the checks of production', async (t) => {
  for (const NODE_ENV of ['Production', 'prod', 'produciton', 'live'])
    t.match(problemsOf({ ...PRODUCTION, SECRET: undefined, NODE_ENV })[0], /^NODE_ENV must be production/)
  for (const NODE_ENV of [' production ', '"production"'])
    t.match(problemsOf({ ...PRODUCTION, SECRET: undefined, NODE_ENV }), [/^SECRET must be set/], NODE_ENV)
})

t.test('a secret that could be guessed is refused, and one that openssl makes is not', async (t) => {
  const guessable = [
    'a'.repeat(32),
    'T'.repeat(48),
    'ab'.repeat(24),
    'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789',
    'zyxwvutsrqponmlkjihgfedcba9876543210',
    '0123456789'.repeat(5),
    'aabbccddeeffgghhiijjkkllmmnnooppqqrr',
    'a1b2c3d4e5f6g7h8i9j0k1l2m3n4o5p6',
    'acegikmoqsuwyACEGIKMOQSUWY02468135',
    'qwertyuiopasdfghjklzxcvbnmQWERTYUIOP',
    'password'.repeat(6),
    'Frontdesk2026!'.repeat(3),
    '1111111122222222333333334444444455555555',
    `${'0'.repeat(40)}k3Qz`,
  ]
  for (const text of guessable) {
    t.match(problemsOf({ ...PRODUCTION, SECRET: text }), [/^SECRET must be random/], text)
    const hook = problemsOf({ ...PRODUCTION, POSTMARK_WEBHOOK_PASSWORD: text })
    t.match(hook, [/^POSTMARK_WEBHOOK_PASSWORD must be/], text)
  }
  const refused: string[] = []
  for (let round = 0; round < 500; round++) {
    const hex = randomBytes(24).toString('hex')
    const base64 = randomBytes(48).toString('base64')
    const shortest = randomBytes(16).toString('hex')
    for (const SECRET of [hex, base64, shortest, randomUUID()])
      refused.push(...problemsOf({ ...PRODUCTION, SECRET, POSTMARK_WEBHOOK_PASSWORD: hex }))
  }
  t.same(refused, [])
})

t.test('hot queries are prepared unless somebody says that the pooler keeps none', async (t) => {
  t.equal(loadConfig({ SECRET: PRODUCTION.SECRET }).databasePrepared, true)
  t.equal(loadConfig({ SECRET: PRODUCTION.SECRET, DATABASE_PREPARED: 'off' }).databasePrepared, false)
  t.match(problemsOf({ DATABASE_PREPARED: 'no' }), ['DATABASE_PREPARED must be on or off.'])
})

t.test('in production a PostgreSQL elsewhere is reached by TLS, or somebody says why not', async (t) => {
  const away = 'postgres://frontdesk:word@db.example:5432/frontdesk'
  const refused = [
    away,
    `${away}?sslmode=disable`,
    `${away}?sslmode=no-verify`,
    `${away}?ssl=0`,
    `${away}?uselibpqcompat=true&sslmode=require`,
    `${away}?uselibpqcompat=true&sslmode=prefer`,
    'postgres://frontdesk@database/frontdesk',
    'postgres://frontdesk@192.168.1.5/frontdesk',
    'postgres://frontdesk@localhost/frontdesk?host=db.example',
    'postgres://frontdesk@localhost.db.example/frontdesk',
    'postgres://frontdesk@localhost:5432,db.example:5432/frontdesk',
  ]
  for (const DATABASE_URL of refused) {
    t.match(problemsOf({ ...PRODUCTION, DATABASE_URL }), [/^DATABASE_URL must end in \?sslmode=verify-full/])
    const DATABASE_TLS = 'off: private network of compose'
    t.same(problemsOf({ ...PRODUCTION, DATABASE_URL, DATABASE_TLS }), [], DATABASE_URL)
    for (const DATABASE_TLS of ['off', 'off:', 'no', 'off: ok'])
      t.match(problemsOf({ ...PRODUCTION, DATABASE_URL, DATABASE_TLS }), [/^DATABASE_TLS can only be/])
    t.same(problemsOf({ DATABASE_URL }), [], 'not in production')
  }
  const accepted = [
    `${away}?sslmode=verify-full`,
    `${away}?sslmode=require`,
    `${away}?ssl=true`,
    `${away}?uselibpqcompat=true&sslmode=verify-full`,
    'postgresql://frontdesk@127.0.0.1:5433/frontdesk',
    'postgres://frontdesk@[::1]/frontdesk?sslmode=disable',
    'postgres://frontdesk@/frontdesk?host=/run/postgresql',
    'postgres://frontdesk@%2Frun%2Fpostgresql/frontdesk',
    'postgres://frontdesk:one%2Ctwo@[::1]:5432,localhost:5433,127.0.0.1/frontdesk',
    'postgres://frontdesk@one.example,two.example:5433/frontdesk?target_session_attrs=read-write&sslmode=verify-full',
  ]
  for (const DATABASE_URL of accepted) t.same(problemsOf({ ...PRODUCTION, DATABASE_URL }), [], DATABASE_URL)
  const fromShell = { ...PRODUCTION, DATABASE_URL: away, PGSSLMODE: 'verify-full' }
  t.same(problemsOf(fromShell), [], 'pg reads PGSSLMODE, too')
})

t.test('captured email is for this machine: where others reach Frontdesk the start stops', async (t) => {
  const open: Record<string, string>[] = [
    { HOST: '0.0.0.0' },
    { HOST: '::' },
    { HOST: '192.168.1.5' },
    { PUBLIC_URL: 'https://frontdesk.example.com', TRUST_PROXY: 'loopback' },
    { PUBLIC_URL: 'http://192.168.1.5:3000' },
    { PUBLIC_URL: 'http://localhost.example.com' },
    { HOST: '0.0.0.0', PUBLIC_URL: 'http://localhost:3000' },
  ]
  for (const settings of open) {
    const [line, ...more] = problemsOf({ ...settings, SECRET: PRODUCTION.SECRET })
    t.match(line, /^POSTMARK_SERVER_TOKEN must be set where others reach Frontdesk .*\/outbox/)
    t.same(more, [])
    const { POSTMARK_SERVER_TOKEN } = PRODUCTION
    t.same(problemsOf({ ...settings, SECRET: PRODUCTION.SECRET, POSTMARK_SERVER_TOKEN }), [])
  }
  for (const HOST of ['localhost', '127.0.0.1', '127.1.2.3', '::1'])
    for (const PUBLIC_URL of [
      'http://localhost:3000',
      'http://127.0.0.1',
      'http://[::1]:3000',
      'http://a.localhost',
    ])
      t.same(problemsOf({ HOST, PUBLIC_URL, SECRET: PRODUCTION.SECRET }), [], `${HOST} ${PUBLIC_URL}`)
})

t.test('every secret can come from a file', async (t) => {
  const folder = t.testdir({ empty: '\n', secret: `${PRODUCTION.SECRET}\n` })
  const inFiles: Record<string, string> = {
    ...PRODUCTION,
    POSTMARK_WEBHOOK_PASSWORD: 'k7Qm2Zx9Lw4Tt8Rb1Nc6Vd3Hf5Jg0SpA',
  }
  const expected = loadConfig(inFiles)
  for (const name of ['SECRET', 'DATABASE_URL', 'POSTMARK_SERVER_TOKEN', 'POSTMARK_WEBHOOK_PASSWORD']) {
    const file = join(folder, name)
    writeFileSync(file, `${inFiles[name]}\r\n`)
    t.match(problemsOf({ ...inFiles, [`${name}_FILE`]: file }), [
      `Set either ${name} or ${name}_FILE, not both.`,
    ])
    delete inFiles[name]
    inFiles[`${name}_FILE`] = file
    const gone = { ...inFiles, [`${name}_FILE`]: `${file}-not-there` }
    t.match(problemsOf(gone)[0], `${name}_FILE: ${file}-not-there could not be read (ENOENT).`)
    const empty = { ...inFiles, [`${name}_FILE`]: join(folder, 'empty') }
    t.match(problemsOf(empty)[0], `${name}_FILE: ${join(folder, 'empty')} is empty.`)
  }
  t.same(JSON.stringify(loadConfig(inFiles)), JSON.stringify(expected))
  t.ok(loadDataLocation(inFiles).secretGiven)
})

t.test('blanks and quotes that a tool left around a value change nothing', async (t) => {
  const plain = { ...PRODUCTION, HOST: '0.0.0.0', PORT: '8080' }
  const quoted = Object.entries(plain).map(([name, value], at) =>
    name === 'SECRET' ? [name, value] : [name, at % 2 ? `"${value}"` : ` '${value}' `],
  )
  t.same(JSON.stringify(loadConfig(Object.fromEntries(quoted))), JSON.stringify(loadConfig(plain)))
  t.match(loadConfig({ ...plain, MAIL_FROM: '"Desk, Front" <a@example.com>' }), {
    mailFrom: '"Desk, Front" <a@example.com>',
  })
})

t.test('the demo never touches a database or a mail account of yours', async (t) => {
  t.match(loadConfig(PRODUCTION, { demo: true }), {
    databaseUrl: null,
    postmarkServerToken: null,
    production: false,
    host: '127.0.0.1',
    publicUrl: 'http://localhost:3000',
  })
})
