import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { ConfigError, loadConfig } from '../../src/config.ts'

const PRODUCTION = {
  NODE_ENV: 'production',
  PUBLIC_URL: 'https://frontdesk.example.com',
  SECRET: 'T'.repeat(48),
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
    new Set(Object.values(first.keys).map((key) => key.toString('hex'))).size,
    5,
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
    [{ SECRET: `change-me${'x'.repeat(40)}` }, /example value/],
    [{ PUBLIC_URL: 'http://frontdesk.example.com' }, /https/],
    [{ PUBLIC_URL: 'https://frontdesk.example.com/path' }, /without a path/],
    [{ TRUST_PROXY: '1' }, /TRUST_PROXY must name/],
    [{ TRUST_PROXY: 'true' }, /TRUST_PROXY must name/],
    [{ PORT: '99999' }, /PORT must/],
    [{ PORT: 'x' }, /PORT must/],
    [{ POSTMARK_API_URL: 'http://postmark.example' }, /POSTMARK_API_URL must begin with https/],
  ]
  for (const [settings, words] of weak) t.match(problemsOf({ ...PRODUCTION, ...settings })[0], words)
})

t.test('the demo never touches a database or a mail account of yours', async (t) => {
  t.match(loadConfig(PRODUCTION, { demo: true }), {
    databaseUrl: null,
    postmarkServerToken: null,
    production: false,
  })
})
