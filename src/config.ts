import { resolve } from 'node:path'
import { ConfigError } from './config/config-error.ts'
import { keptSecret } from './config/kept-secret.ts'
import { derivedKeys, type KeyPurpose, type Keys } from './config/keys.ts'
import { settingProblems, webhookPasswords } from './config/problems.ts'
import { type Environment, readSettings } from './config/settings.ts'
import { type IsTrusted, trustedProxies } from './config/trusted-proxies.ts'

export { ConfigError } from './config/config-error.ts'

export interface Config {
  readonly production: boolean
  /** A clinic to look around in, in a data folder of its own. */
  readonly demo: boolean
  readonly host: string
  readonly port: number
  /** Origin of every link that leaves Frontdesk, without a slash at the end. */
  readonly publicUrl: string
  /** Each has a host of its own below that of PUBLIC_URL, where people find theirs or set one up. */
  readonly hasManyClinics: boolean
  /** Whether anyone can set up a clinic, or only whom the operator has invited. */
  readonly isSignUpOpen: boolean
  /** Which of the ids that installations share out between them is given here; see `docs/scale.md`. */
  readonly idRange: number
  /** For each purpose, all derived from SECRET: one key, and while SECRET is being changed the old one, too. */
  readonly keys: Readonly<Record<KeyPurpose, Keys>>
  /** The secret with which the passwords were made is gone, and that is known. */
  readonly secretIsLost: boolean
  /** Null: the embedded PostgreSQL in `dataDir`. */
  readonly databaseUrl: string | null
  /** The role that owns the tables and migrates, where it is not the app's own. */
  readonly databaseOwnerUrl: string | null
  /** Whether each connection plans the hot queries only once. */
  readonly databasePrepared: boolean
  readonly dataDir: string
  /** Null: email is captured and shown at /outbox. */
  readonly postmarkServerToken: string | null
  readonly postmarkApiUrl: string | null
  /** One, and while it is being changed the old one too; without any, nobody may report. */
  readonly postmarkWebhookPasswords: readonly string[]
  readonly mailFrom: string
  /** Which proxies' X-Forwarded headers are believed; false for none. */
  readonly trustProxy: IsTrusted | false
}

export interface DataLocation extends Pick<Config, 'databaseUrl' | 'databaseOwnerUrl' | 'dataDir'> {
  /** By the environment, and not kept in `dataDir`. */
  readonly secretGiven: boolean
}

/** All that the demo takes from the environment: it is for this machine and mails nobody. */
const DEMO_SETTINGS = ['PORT', 'SECRET', 'SECRET_FILE']

/** @throws {ConfigError} */
export function loadConfig(env: Environment = process.env, { demo = false } = {}): Config {
  const { settings, problems } = readSettings(demo ? onlyForDemo(env) : env)
  const production = settings.NODE_ENV === 'production'
  const all = [...problems, ...settingProblems(settings, production)]
  if (all.length > 0) throw new ConfigError(all)

  const port = Number(settings.PORT || 3000)
  const { dataDir, databaseUrl, databaseOwnerUrl } = locationOf(settings, demo)
  return Object.freeze({
    production,
    demo,
    port,
    dataDir,
    databaseUrl,
    databaseOwnerUrl,
    databasePrepared: settings.DATABASE_PREPARED !== 'off',
    host: settings.HOST ?? '127.0.0.1',
    publicUrl: new URL(settings.PUBLIC_URL ?? `http://localhost:${port}`).origin,
    hasManyClinics: settings.CLINICS === 'many',
    isSignUpOpen: settings.SIGN_UP === 'open',
    idRange: Number(settings.ID_RANGE ?? 0),
    keys: derivedKeys(settings.SECRET ?? keptSecret(dataDir)),
    secretIsLost: settings.SECRET_LOST === 'yes',
    postmarkServerToken: settings.POSTMARK_SERVER_TOKEN ?? null,
    postmarkApiUrl: settings.POSTMARK_API_URL ?? null,
    postmarkWebhookPasswords: Object.freeze(webhookPasswords(settings.POSTMARK_WEBHOOK_PASSWORD)),
    mailFrom: settings.MAIL_FROM ?? 'Frontdesk <frontdesk@localhost.localdomain>',
    trustProxy: (settings.TRUST_PROXY && trustedProxies(settings.TRUST_PROXY)) || false,
  })
}

/** For commands beside the program, which need no more and must not write a secret. @throws {ConfigError} */
export function loadDataLocation(env: Environment = process.env, { demo = false } = {}): DataLocation {
  const { settings, problems } = readSettings(demo ? onlyForDemo(env) : env)
  if (problems.length > 0) throw new ConfigError(problems)
  return locationOf(settings, demo)
}

function locationOf(settings: Environment, demo: boolean): DataLocation {
  return {
    databaseUrl: settings.DATABASE_URL ?? null,
    databaseOwnerUrl: (settings.DATABASE_URL && settings.DATABASE_OWNER_URL) || null,
    dataDir: resolve(demo ? 'demo-data' : (settings.DATA_DIR ?? 'data')),
    secretGiven: Boolean(settings.SECRET),
  }
}

function onlyForDemo(env: Environment): Environment {
  return Object.fromEntries(Object.entries(env).filter(([name]) => DEMO_SETTINGS.includes(name)))
}
