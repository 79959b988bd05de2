import { configuration as said } from '../words/en/configuration.ts'
import { urlsOfHosts } from './database-hosts.ts'
import type { Environment } from './settings.ts'
import { isThisMachine } from './this-machine.ts'

const DIALECT = /^postgres(ql)?:\/\//
const TLS_MODES = ['prefer', 'require', 'verify-ca', 'verify-full']
const MODES = ['disable', 'no-verify', ...TLS_MODES]
/** What libpq can also look for among several hosts, none of which could be of use here. */
const WRITABLE = ['read-write', 'primary']
const EXCUSE = /^off:\s*\S.{9,}/i

/** Host and database of DATABASE_URL, as pg reads it; null where it is no address. */
function parseDatabaseUrl(url: string): URL | null {
  if (!DIALECT.test(url)) return null
  // Without a host, as for a socket, it is no URL to Node.
  const candidates = [url, url.replace('@/', '@localhost/')]
  const readable = candidates.find((candidate) => URL.canParse(candidate))
  return readable ? new URL(readable) : null
}

export function databaseProblems(settings: Environment, production: boolean): string[] {
  const { DATABASE_TLS: excuse } = settings
  if (excuse && !EXCUSE.test(excuse)) return [said.databaseTls]
  return ['DATABASE_URL', 'DATABASE_OWNER_URL'].flatMap((name) => urlProblems(name, settings, production))
}

function urlProblems(name: string, settings: Environment, production: boolean): string[] {
  const url = settings[name]
  if (!url) return []
  const hosts = urlsOfHosts(url).map(parseDatabaseUrl)
  const [parsed] = hosts
  if (!parsed || hosts.includes(null)) return [said.databaseUrl(name)]
  const mode = parsed.searchParams.get('sslmode')
  if (mode && !MODES.includes(mode)) return [said.tlsMode(name, MODES)]
  const wanted = parsed.searchParams.get('target_session_attrs')
  if (wanted && !WRITABLE.includes(wanted)) return [said.writable(name)]
  const isSafe = (host: URL | null) => host && (isOnThisMachine(host, settings) || isVerified(host, settings))
  if (!production || settings.DATABASE_TLS || hosts.every(isSafe)) return []
  return [said.tlsMissing(name)]
}

function isOnThisMachine(url: URL, settings: Environment): boolean {
  const given = url.searchParams.get('host') || decodeURIComponent(url.hostname)
  const host = given || settings.PGHOST || 'localhost'
  return host.startsWith('/') || isThisMachine(host)
}

/** Whether pg asks for TLS and looks at the certificate: with this version it does in every mode of these. */
function isVerified({ searchParams }: URL, settings: Environment): boolean {
  const mode = searchParams.get('sslmode') ?? undefined
  if (searchParams.get('uselibpqcompat') === 'true') return mode === 'verify-full' || mode === 'verify-ca'
  const isOn =
    ['true', '1'].includes(searchParams.get('ssl') ?? '') || searchParams.get('sslnegotiation') === 'direct'
  return TLS_MODES.includes(mode ?? (isOn ? 'require' : (settings.PGSSLMODE ?? '')))
}
