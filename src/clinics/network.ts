import { isIP } from 'node:net'
import { type Problem, problem } from '../refusal.ts'
import { ipOf, numberOf, plainIp } from './ip.ts'

/** The widest that a clinic can list: wider ones are whole countries, and no limit. */
const SHORTEST_PREFIX = { 4: 8, 6: 32 }

const BITS = { 4: 32, 6: 128 }

/** An address or a network, as PostgreSQL writes it: `203.0.113.7/32`. Or what's wrong with it. */
export function readNetwork(text: string, field: string): string | Problem {
  const [, typed = '', length] = /^([\da-f.:]+)(?: ?\/ ?(\d{1,3}))?$/i.exec(text) ?? []
  const typedVersion = isIP(typed) as 0 | 4 | 6
  if (!typedVersion) return problem(field, 'notANetwork')
  const prefix = Number(length ?? BITS[typedVersion])
  if (prefix > BITS[typedVersion]) return problem(field, 'notANetwork')
  const ip = plainIp(typed)
  const version = isIP(ip) as 4 | 6
  return checked(ip, version, prefix - (BITS[typedVersion] - BITS[version]), field)
}

function checked(ip: string, version: 4 | 6, prefix: number, field: string): string | Problem {
  if (prefix < SHORTEST_PREFIX[version]) return problem(field, 'networkTooWide')
  const hostBits = BigInt(BITS[version] - prefix)
  const number = numberOf(ip)
  const network = (number >> hostBits) << hostBits
  const written = `${ipOf(network, version)}/${prefix}`
  return network === number ? written : problem(field, 'networkHasHostBits', { network: written })
}

/** A network of one address is just that address. */
export function shownNetwork(network: string): string {
  return network.replace(network.includes(':') ? /\/128$/ : /\/32$/, '')
}
