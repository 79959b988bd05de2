import type { FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import type { IsTrusted } from '../config/trusted-proxies.ts'
import type { Config } from '../config.ts'
import { log } from '../words/en/log.ts'
import { clientIp } from './client-ip.ts'

const words = log.proxy

declare module 'fastify' {
  interface FastifyRequest {
    /** Of whoever asks; null where the proxy passes on none that can be read. */
    clientIp: string | null
  }
}

/** What proxies say of a request, and what they leave out. Whatever is wrong there is said once, not with each request. */
export const behindProxy = fp(
  async (app, { publicUrl, trustProxy }: Pick<Config, 'publicUrl' | 'trustProxy'>) => {
    const isHttps = publicUrl.startsWith('https:')
    const isTrusted: IsTrusted = trustProxy || (() => false)
    const said = new Set<string>()
    const sayOnce = ({ log }: FastifyRequest, text: string) => {
      if (!said.has(text)) log.warn(text)
      said.add(text)
    }

    app.decorateRequest('clientIp', null)
    app.addHook('onRequest', async (request) => {
      request.clientIp = clientIp(request, isTrusted)
      if (!isTrusted(request.raw.socket.remoteAddress)) return
      if (!request.clientIp && !request.url.startsWith('/health/')) sayOnce(request, words.noIp)
      if (isHttps) request.raw.headers['x-forwarded-proto'] = schemeFor(request)
    })

    /** The session's cookie is set for exactly `https`, and not at all for a list, for `HTTPS` or for nothing. */
    function schemeFor(request: FastifyRequest): string {
      const scheme = firstOf(request.raw.headers['x-forwarded-proto'])
      if (scheme === 'http' && !knowsItIsHttps(request)) return 'http'
      if (scheme !== 'https') sayOnce(request, scheme === 'http' ? words.wrongScheme : words.noScheme)
      return 'https'
    }
  },
  { name: 'behind-proxy' },
)

/** By what the browser came to the first proxy; the rest says how the proxies speak to each other. */
function firstOf(header: string | string[] = ''): string {
  return (String(header).split(',')[0] ?? '').trim().toLowerCase()
}

/** Browsers send Sec-Fetch-Site only where the connection is safe, and name the scheme in Origin. */
function knowsItIsHttps({ headers, host }: FastifyRequest): boolean {
  return headers['sec-fetch-site'] !== undefined || headers.origin === `https://${host}`
}
