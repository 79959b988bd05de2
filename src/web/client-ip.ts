import { isIP } from 'node:net'
import type { FastifyRequest } from 'fastify'
import type { IsTrusted } from '../config/trusted-proxies.ts'

/**
 * Where a request comes from, as far as proxies that are believed say so; null where one of them passes on nothing that
 * can be read. Read from the right, because whatever a stranger sent stands left of what a proxy of ours added.
 */
export function clientIp({ raw, headers }: FastifyRequest, isTrusted: IsTrusted | false): string | null {
  const peer = raw.socket.remoteAddress ?? null
  if (!isTrusted || !peer || !isTrusted(peer)) return peer
  let ip: string | null = null
  for (const hop of hopsOf(headers).toReversed()) {
    ip = ipIn(hop)
    if (!ip || !isTrusted(ip)) return ip
  }
  return ip
}

/** X-Forwarded-For, over any number of lines; otherwise Forwarded (RFC 7239). */
function hopsOf(headers: FastifyRequest['headers']): string[] {
  const lines = String(headers['x-forwarded-for'] ?? '')
  const hops = lines || forwardedFor(String(headers.forwarded ?? ''))
  return hops.split(',').filter((hop) => hop.trim())
}

function forwardedFor(header: string): string {
  return header
    .split(',')
    .map((element) => /(?:^|;)\s*for\s*=\s*("[^"]*"|[^;]*)/i.exec(element)?.[1] ?? 'unknown')
    .join(',')
}

/** Azure adds a port, RFC 7239 adds quotes, and IPv6 with a port is in brackets. */
function ipIn(hop: string): string | null {
  const bare = hop.trim().replace(/^"(.*)"$/, '$1')
  const [, bracketed, dotted] = /^(?:\[([^\]]*)\](?::\d*)?|([\d.]+):\d*)$/.exec(bare) ?? []
  const ip = (bracketed ?? dotted ?? bare).replace(/%.*$/, '')
  return isIP(ip) ? ip : null
}
