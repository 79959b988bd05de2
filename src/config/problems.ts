import { databaseProblems } from './database-url.ts'
import { SECRET_MIN_LENGTH, secretsIn } from './keys.ts'
import type { Environment } from './settings.ts'
import { isGuessable } from './strength.ts'
import { isThisMachine } from './this-machine.ts'
import { trustedProxies } from './trusted-proxies.ts'

/** It stands in an address, where no other characters are safe. */
const WEBHOOK_PASSWORD = /^[A-Za-z0-9._~-]{32,200}$/
const EXAMPLE_SECRET = 'change-me'
const MODES = ['production', 'development', 'test']
const MAILBOX = /^[^\s<>"(),:;]+@[^\s<>"(),:;@]+$/
const NAMED_MAILBOX = /^(?:"[^"\p{Cc}]+"|[^"<>(),:;@\p{Cc}]+) <([^<>]*)>$/u
const TOKEN_WITHOUT_DELIVERY = 'POSTMARK_API_TEST'

/** Each thing that is wrong or weak, in one line that begins with the variable's name. */
export function settingProblems(settings: Environment, production: boolean): string[] {
  return [
    ...urlProblems(settings),
    ...secretProblems(settings),
    ...emailProblems(settings),
    ...(production ? productionProblems(settings) : captureProblems(settings)),
    ...databaseProblems(settings, production),
  ]
}

function urlProblems({ NODE_ENV, PORT, PUBLIC_URL, TRUST_PROXY, DATABASE_PREPARED }: Environment): string[] {
  const problems: string[] = []
  if (NODE_ENV && !MODES.includes(NODE_ENV))
    problems.push(`NODE_ENV must be production, or not be set; “${NODE_ENV}” would start without its checks.`)
  if (PORT && (!/^\d{1,5}$/.test(PORT) || Number(PORT) < 1 || Number(PORT) > 65_535))
    problems.push('PORT must be a whole number from 1 to 65535.')
  if (DATABASE_PREPARED && !['on', 'off'].includes(DATABASE_PREPARED))
    problems.push('DATABASE_PREPARED must be on or off.')
  if (PUBLIC_URL && !isOrigin(PUBLIC_URL))
    problems.push('PUBLIC_URL must be an address such as https://frontdesk.example.com, without a path.')
  if (TRUST_PROXY && !trustedProxies(TRUST_PROXY))
    problems.push(
      'TRUST_PROXY must name the address or network of the proxy, such as 10.0.0.0/8 or loopback.',
    )
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
    problems.push(`SECRET must be at least ${SECRET_MIN_LENGTH} characters long.`)
  else if (secrets.some(isGuessable))
    problems.push(
      'SECRET must be random: its characters repeat or follow a pattern (openssl rand -base64 48).',
    )
  const passwords = webhookPasswords(POSTMARK_WEBHOOK_PASSWORD)
  if (passwords.length > 2 || passwords.some((one) => !WEBHOOK_PASSWORD.test(one) || isGuessable(one)))
    problems.push(
      'POSTMARK_WEBHOOK_PASSWORD must be 32 random letters and digits or more (openssl rand -hex 24), or two such with a comma between.',
    )
  return problems
}

export function webhookPasswords(text = ''): string[] {
  return text.split(',').filter(Boolean)
}

function emailProblems({ MAIL_FROM, POSTMARK_API_URL }: Environment): string[] {
  const problems: string[] = []
  if (MAIL_FROM && !MAILBOX.test(NAMED_MAILBOX.exec(MAIL_FROM)?.[1] ?? MAIL_FROM))
    problems.push('MAIL_FROM must be a sender such as Frontdesk <frontdesk@example.com>.')
  if (POSTMARK_API_URL && !(/^https?:\/\//.test(POSTMARK_API_URL) && URL.canParse(POSTMARK_API_URL)))
    problems.push('POSTMARK_API_URL must be an address such as https://api.postmarkapp.com.')
  return problems
}

/** Captured email holds links that open accounts, so it is never to be had from elsewhere. */
function captureProblems({ POSTMARK_SERVER_TOKEN, PUBLIC_URL, HOST }: Environment): string[] {
  if (POSTMARK_SERVER_TOKEN) return []
  const isOpen = HOST && !isThisMachine(HOST)
  const isPublic = PUBLIC_URL && isOrigin(PUBLIC_URL) && !isThisMachine(new URL(PUBLIC_URL).hostname)
  if (!isOpen && !isPublic) return []
  const name = isOpen ? `HOST ${HOST}` : `PUBLIC_URL ${PUBLIC_URL}`
  return [
    `POSTMARK_SERVER_TOKEN must be set where others reach Frontdesk (${name}): without it anybody could read its email at /outbox. To try it on this machine alone, leave HOST and PUBLIC_URL out.`,
  ]
}

function productionProblems(settings: Environment): string[] {
  const { PUBLIC_URL, SECRET, DATABASE_URL, POSTMARK_SERVER_TOKEN, MAIL_FROM, TRUST_PROXY } = settings
  const problems: string[] = []
  if (!PUBLIC_URL?.toLowerCase().startsWith('https://'))
    problems.push('PUBLIC_URL must be set and begin with https://.')
  if (!SECRET) problems.push('SECRET must be set: a random text, for example from `openssl rand -base64 48`.')
  if (SECRET?.startsWith(EXAMPLE_SECRET)) problems.push('SECRET still holds the example value.')
  if (!DATABASE_URL) problems.push('DATABASE_URL must name a PostgreSQL server, version 15 or newer.')
  if (!POSTMARK_SERVER_TOKEN) problems.push('POSTMARK_SERVER_TOKEN must be set, or no invitation is sent.')
  if (POSTMARK_SERVER_TOKEN === TOKEN_WITHOUT_DELIVERY)
    problems.push(
      'POSTMARK_SERVER_TOKEN must be the token of a server of yours: with this one Postmark delivers nothing.',
    )
  if (!MAIL_FROM) problems.push('MAIL_FROM must be set: a sender that Postmark has confirmed.')
  if (settings.POSTMARK_API_URL?.startsWith('http:'))
    problems.push('POSTMARK_API_URL must begin with https://, or the token travels in the clear.')
  if (!TRUST_PROXY)
    problems.push('TRUST_PROXY must name the proxy that ends TLS, such as 10.0.0.0/8 or loopback.')
  return problems
}
