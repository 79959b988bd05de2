import { BlockList, isIP } from 'node:net'

/** Whether an address is that of a proxy whose word counts. */
export type IsTrusted = (ip: string | undefined) => boolean

const NAMED: Record<string, string[]> = {
  loopback: ['127.0.0.0/8', '::1'],
  linklocal: ['169.254.0.0/16', 'fe80::/10'],
  uniquelocal: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7'],
}

/** From addresses, networks and names with commas between; null where one of them is none, or is everybody. */
export function trustedProxies(text: string): IsTrusted | null {
  const list = new BlockList()
  const parts = text.split(',').map((part) => part.trim())
  const networks = parts.flatMap((part) => NAMED[part.toLowerCase()] ?? [part])
  if (!networks.every((network) => add(list, network))) return null
  return (ip = '') => {
    const bare = ip.replace(/%.*$/, '')
    const kind = isIP(bare)
    return kind !== 0 && list.check(bare, kind === 4 ? 'ipv4' : 'ipv6')
  }
}

function add(list: BlockList, network: string): boolean {
  const [, ip = '', bits] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(network) ?? []
  const kind = isIP(ip)
  const longest = kind === 4 ? 32 : 128
  const prefix = Number(bits ?? longest)
  if (!kind || prefix < 1 || prefix > longest) return false
  list.addSubnet(ip, prefix, kind === 4 ? 'ipv4' : 'ipv6')
  return true
}
