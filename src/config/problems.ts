import { isIP } from 'node:net'
import { configuration as said } from '../words/en/configuration.ts'
import { databaseProblems } from './database-url.ts'
import { SECRET_MIN_LENGTH, secretsIn } from './keys.ts'
import type { Environment } from './settings.ts'
import { isGuessable } from './strength.ts'
import { isThisMachine } from './this-machine.ts'
import { trustedProxies } from './trusted-proxies.ts'

/** It stands in an address, where no other characters are safe. */
const WEBHOOK_PASSWORD = /^[A-Za-z0-9._~-]{32,200}$/
const EXAMPLE_SECRET = 'change-me'
/** 2^40 ids each, and ids have at most 18 digits in links. */
const ID_RANGE_MAX = 900_000
const MODES = ['production', 'development', 'test']
const MAILBOX = /^[^\s<>"(),:;]+@[^\s<>"(),:;@]+$/
const NAMED_MAILBOX = /^(?:"[^"\p{Cc}]+"|[^"<>(),:;@\p{Cc}]+) <([^<>]*)>$/u
const TOKEN_WITHOUT_DELIVERY = 'POSTMARK_API_TEST'

/** Each thing that is wrong or weak, in one line that begins with the variable's name. */
export function settingProblems(settings: Environment, production: boolean): string[] {
  return [
    ...urlProblems(settings),
    ...clinicsProblems(settings),
    ...secretProblems(settings),
    ...emailProblems(settings),
    ...(production ? productionProblems(settings) : captureProblems(settings)),
    ...databaseProblems(settings, production),
  ]
}

function urlProblems({ NODE_ENV, PORT, PUBLIC_URL, TRUST_PROXY, DATABASE_PREPARED }: Environment): string[] {
  const problems: string[] = []
  if (NODE_ENV && !MODES.includes(NODE_ENV)) problems.push(said.mode(NODE_ENV))
  if (PORT && (!/^\d{1,5}$/.test(PORT) || Number(PORT) < 1 || Number(PORT) > 65_535)) problems.push(said.port)
  if (DATABASE_PREPARED && !['on', 'off'].includes(DATABASE_PREPARED)) problems.push(said.prepared)
  if (PUBLIC_URL && !isOrigin(PUBLIC_URL)) problems.push(said.publicUrl)
  if (TRUST_PROXY && !trustedProxies(TRUST_PROXY)) problems.push(said.proxy)
  return problems
}

function clinicsProblems({ CLINICS, SIGN_UP, PUBLIC_URL, ID_RANGE }: Environment): string[] {
  const problems: string[] = []
  if (ID_RANGE && (!/^\d{1,6}$/.test(ID_RANGE) || Number(ID_RANGE) > ID_RANGE_MAX))
    problems.push(said.idRange(ID_RANGE_MAX))
  if (CLINICS && !['one', 'many'].includes(CLINICS)) problems.push(said.clinics)
  if (SIGN_UP && !['invited', 'open'].includes(SIGN_UP)) problems.push(said.signUp)
  if (SIGN_UP === 'open' && CLINICS !== 'many') problems.push(said.signUpOfOne)
  const isNumeric =
    PUBLIC_URL && isOrigin(PUBLIC_URL) && isIP(new URL(PUBLIC_URL).hostname.replace(/[[\]]/g, ''))
  if (CLINICS === 'many' && isNumeric) problems.push(said.clinicsNeedName)
  return problems
}

/** Nothing but scheme, host and port: a user's name or a path would stand in no link. */
function isOrigin(text: string): boolean {
  if (!/^https?:\/\/[^/\s?#@\\]+\/?$/i.test(text) || !URL.canParse(text)) return false
  return new URL(text).host === new URL(text.toLowerCase()).host
}

function secretProblems({ SECRET, POSTMARK_WEBHOOK_PASSWORD }: Environment): string[] {
  const problems: string[] = []
  const secrets = SECRET ? secretsIn(SECRET) : []
  if (secrets.some((secret) => secret.length < SECRET_MIN_LENGTH))
    problems.push(said.secretShort(SECRET_MIN_LENGTH))
  else if (secrets.some(isGuessable)) problems.push(said.secretGuessable)
  const passwords = webhookPasswords(POSTMARK_WEBHOOK_PASSWORD)
  if (passwords.length > 2 || passwords.some((one) => !WEBHOOK_PASSWORD.test(one) || isGuessable(one)))
    problems.push(said.webhookPassword)
  return problems
}

export function webhookPasswords(text = ''): string[] {
  return text.split(',').filter(Boolean)
}

function emailProblems({ MAIL_FROM, POSTMARK_API_URL }: Environment): string[] {
  const problems: string[] = []
  if (MAIL_FROM && !MAILBOX.test(NAMED_MAILBOX.exec(MAIL_FROM)?.[1] ?? MAIL_FROM)) problems.push(said.from)
  if (POSTMARK_API_URL && !(/^https?:\/\//.test(POSTMARK_API_URL) && URL.canParse(POSTMARK_API_URL)))
    problems.push(said.postmarkUrl)
  return problems
}

/** Captured email holds links that open accounts, so it is never to be had from elsewhere. */
function captureProblems({ POSTMARK_SERVER_TOKEN, PUBLIC_URL, HOST }: Environment): string[] {
  if (POSTMARK_SERVER_TOKEN) return []
  const isOpen = HOST && !isThisMachine(HOST)
  const isPublic = PUBLIC_URL && isOrigin(PUBLIC_URL) && !isThisMachine(new URL(PUBLIC_URL).hostname)
  if (!isOpen && !isPublic) return []
  const name = isOpen ? `HOST ${HOST}` : `PUBLIC_URL ${PUBLIC_URL}`
  return [said.captureIsOpen(name)]
}

function productionProblems(settings: Environment): string[] {
  const { PUBLIC_URL, SECRET, DATABASE_URL, POSTMARK_SERVER_TOKEN, MAIL_FROM, TRUST_PROXY } = settings
  const problems: string[] = []
  if (!PUBLIC_URL?.toLowerCase().startsWith('https://')) problems.push(said.publicHttps)
  if (!SECRET) problems.push(said.secretMissing)
  if (SECRET?.startsWith(EXAMPLE_SECRET)) problems.push(said.secretExample)
  if (!DATABASE_URL) problems.push(said.databaseMissing)
  if (!POSTMARK_SERVER_TOKEN) problems.push(said.tokenMissing)
  if (POSTMARK_SERVER_TOKEN === TOKEN_WITHOUT_DELIVERY) problems.push(said.tokenWithoutDelivery)
  if (!MAIL_FROM) problems.push(said.fromMissing)
  if (settings.POSTMARK_API_URL?.startsWith('http:')) problems.push(said.postmarkHttps)
  if (!TRUST_PROXY) problems.push(said.proxyMissing)
  return problems
}
