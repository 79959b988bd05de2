import { isIPv4, isIPv6 } from 'node:net'

/** IPv4 that arrives as IPv6 is IPv4, and what names an interface of ours is left out. */
export function plainIp(ip: string): string {
  const bare = ip.replace(/%.*$/, '')
  if (!isIPv6(bare)) return bare
  const groups = groupsOf(bare)
  if (groups.slice(0, 6).join(':') !== MAPPED) return bare
  return groups
    .slice(6)
    .flatMap((group) => [Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 255])
    .join('.')
}

/** The whole address as a number; IPv6 has 128 bits. */
export function numberOf(ip: string): bigint {
  if (isIPv4(ip)) return ip.split('.').reduce((sum, part) => (sum << 8n) | BigInt(part), 0n)
  return groupsOf(ip).reduce((sum, group) => (sum << 16n) | BigInt(`0x${group}`), 0n)
}

/** The other way round, as short as it is written. */
export function ipOf(number: bigint, version: 4 | 6): string {
  const [bits, count] = version === 4 ? [8, 4] : [16, 8]
  const parts = Array.from({ length: count }, (_, index) => {
    return (number >> BigInt(bits * (count - 1 - index))) & ((1n << BigInt(bits)) - 1n)
  })
  if (version === 4) return parts.join('.')
  return shortest(parts.map((part) => part.toString(16)).join(':'))
}

/** The eight groups of an IPv6 address. */
export function groupsOf(ip: string): string[] {
  const [left = [], right] = shortest(ip)
    .split('::')
    .map((side) => (side ? side.split(':') : []))
  const zeros = right ? Array<string>(8 - left.length - right.length).fill('0') : []
  return [...left, ...zeros, ...(right ?? [])]
}

const MAPPED = '0:0:0:0:0:ffff'

const shortest = (ip: string) => new URL(`http://[${ip}]`).hostname.slice(1, -1)
