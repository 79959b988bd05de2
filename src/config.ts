import { hkdfSync, randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

const KEY_PURPOSES = ['cookies', 'links', 'seals', 'passwords', 'setup'] as const
type KeyPurpose = (typeof KEY_PURPOSES)[number]

export interface Config {
  readonly production: boolean
  /** A clinic to look around in, in a data folder of its own. */
  readonly demo: boolean
  readonly host: string
  readonly port: number
  /** Origin of every link that leaves the house, without a slash at the end. */
  readonly publicUrl: string
  /** One key for each purpose, all derived from SECRET. */
  readonly keys: Readonly<Record<KeyPurpose, Buffer>>
  /** Null: the embedded PostgreSQL in `dataDir`. */
  readonly databaseUrl: string | null
  readonly dataDir: string
  /** Null: e-mail is captured and shown at /outbox. */
  readonly postmarkServerToken: string | null
  readonly postmarkApiUrl: string | null
  /** One, and while it is being changed the old one too; without any, nobody may report. */
  readonly postmarkWebhookPasswords: readonly string[]
  readonly mailFrom: string
  /** Addresses or networks of proxies whose X-Forwarded headers are believed; false for none. */
  readonly trustProxy: string | false
}

/** What is wrong with the environment, one plain line each. */
export class ConfigError extends Error {
  readonly problems: string[]

  constructor(problems: string[]) {
    super(problems.join('\n'))
    this.problems = problems
  }
}

export interface DataLocation extends Pick<Config, 'databaseUrl' | 'dataDir'> {
  /** By the environment, and not kept in `dataDir`. */
  readonly secretGiven: boolean
}

type Environment = Record<string, string | undefined>

const SECRET_MIN_LENGTH = 32
/** It stands in an address, where no other characters are safe. */
const WEBHOOK_PASSWORD = /^[A-Za-z0-9._~-]{32,200}$/
const WEBHOOK_PASSWORD_MIN_DIFFERENT = 8
const EXAMPLE_SECRET = 'change-me'

/** @throws {ConfigError} */
export function loadConfig(env: Environment = process.env, { demo = false } = {}): Config {
  const production = env.NODE_ENV === 'production' && !demo
  const port = Number(env.PORT || 3000)
  const { dataDir, databaseUrl } = loadDataLocation(env, { demo })
  const problems = [...syntaxProblems(env), ...(production ? productionProblems(env) : [])]
  if (problems.length > 0) throw new ConfigError(problems)

  return Object.freeze({
    production,
    demo,
    port,
    dataDir,
    databaseUrl,
    host: env.HOST || '127.0.0.1',
    publicUrl: new URL(env.PUBLIC_URL || `http://localhost:${port}`).origin,
    keys: derivedKeys(env.SECRET || keptSecret(dataDir)),
    postmarkServerToken: (!demo && env.POSTMARK_SERVER_TOKEN) || null,
    postmarkApiUrl: env.POSTMARK_API_URL || null,
    postmarkWebhookPasswords: Object.freeze(demo ? [] : webhookPasswords(env)),
    mailFrom: env.MAIL_FROM || 'Frontdesk <frontdesk@localhost.localdomain>',
    trustProxy: env.TRUST_PROXY || false,
  })
}

/** For commands beside the program, which need no more and must not write a secret. */
export function loadDataLocation(env: Environment = process.env, { demo = false } = {}): DataLocation {
  return {
    databaseUrl: (!demo && env.DATABASE_URL) || null,
    dataDir: resolve(demo ? 'demo-data' : env.DATA_DIR || 'data'),
    secretGiven: Boolean(env.SECRET),
  }
}

function syntaxProblems(env: Environment): string[] {
  const problems: string[] = []
  const port = Number(env.PORT || 3000)
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    problems.push('PORT must be a whole number from 0 to 65535.')
  }
  if (env.PUBLIC_URL && !/^https?:\/\/[^/\s]+\/?$/.test(env.PUBLIC_URL)) {
    problems.push('PUBLIC_URL must be an address like https://frontdesk.example.com, without a path.')
  }
  if (env.SECRET && env.SECRET.length < SECRET_MIN_LENGTH) {
    problems.push(`SECRET must be at least ${SECRET_MIN_LENGTH} characters long.`)
  }
  const passwords = webhookPasswords(env)
  if (passwords.length > 2 || passwords.some(isWeakWebhookPassword)) {
    problems.push(
      'POSTMARK_WEBHOOK_PASSWORD must be 32 random letters and digits or more (openssl rand -hex 24), or two such with a comma between.',
    )
  }
  if (env.TRUST_PROXY && /^(\d+|true)$/i.test(env.TRUST_PROXY)) {
    problems.push('TRUST_PROXY must name the address or network of the proxy, like 10.0.0.0/8 or loopback.')
  }
  return problems
}

function webhookPasswords(env: Environment): string[] {
  return env.POSTMARK_WEBHOOK_PASSWORD?.split(',').filter(Boolean) ?? []
}

function isWeakWebhookPassword(password: string): boolean {
  return !WEBHOOK_PASSWORD.test(password) || new Set(password).size < WEBHOOK_PASSWORD_MIN_DIFFERENT
}

function productionProblems(env: Environment): string[] {
  const problems: string[] = []
  if (!env.PUBLIC_URL?.startsWith('https://'))
    problems.push('PUBLIC_URL must be set and begin with https://.')
  if (!env.SECRET)
    problems.push('SECRET must be set: a random text, for example from `openssl rand -base64 48`.')
  if (env.SECRET?.startsWith(EXAMPLE_SECRET)) problems.push('SECRET still holds the example value.')
  if (!env.DATABASE_URL) problems.push('DATABASE_URL must name a PostgreSQL server, version 15 or newer.')
  if (!env.POSTMARK_SERVER_TOKEN)
    problems.push('POSTMARK_SERVER_TOKEN must be set, or no invitation is sent.')
  if (!env.MAIL_FROM) problems.push('MAIL_FROM must be set: a sender that Postmark has confirmed.')
  if (env.POSTMARK_API_URL && !env.POSTMARK_API_URL.startsWith('https://')) {
    problems.push('POSTMARK_API_URL must begin with https://, or the token travels in the clear.')
  }
  if (!env.TRUST_PROXY)
    problems.push('TRUST_PROXY must name the proxy that ends TLS, like 10.0.0.0/8 or loopback.')
  return problems
}

function derivedKeys(secret: string): Record<KeyPurpose, Buffer> {
  const key = (purpose: KeyPurpose) => Buffer.from(hkdfSync('sha256', secret, '', `frontdesk ${purpose}`, 32))
  return Object.fromEntries(KEY_PURPOSES.map((purpose) => [purpose, key(purpose)])) as Record<
    KeyPurpose,
    Buffer
  >
}

function keptSecret(dataDir: string): string {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  const file = join(dataDir, 'secret')
  try {
    writeFileSync(file, randomBytes(48).toString('base64url'), { flag: 'wx', mode: 0o600 })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
  return readFileSync(file, 'utf8').trim()
}
