import type { FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { log as said } from '../words/en/log.ts'

const PERMANENT = 308
const MISDIRECTED = 421
const READING = new Set(['GET', 'HEAD'])

/**
 * Answers only under the host of PUBLIC_URL and, for clinics of their own, below it: a page elsewhere that points its own
 * name at this machine reads nothing. Whoever opened another address learns which one is right. Over plain http, where
 * it should be https, nothing is taken.
 */
export const publicUrlOnly = fp(
  async (app, { publicUrl }: { publicUrl: string }) => {
    const { hostname } = new URL(publicUrl)
    app.addHook('onRequest', async (request, reply) => {
      if (/^\/(health|internal)\//.test(request.routeOptions.url ?? '')) return
      const isReading = READING.has(request.method)
      const here = `${publicUrl}${pathOf(request.url)}`
      const asked = hostsOf(request)
      const isOurs = asked.every((host) => host === hostname || host?.endsWith(`.${hostname}`))
      if (!isOurs || new Set(asked).size > 1) {
        request.log.info({ refused: 'host' }, said.otherHost)
        if (isReading && isLoopback(hostname) && asked.every(isLoopback))
          return reply.redirect(here, PERMANENT)
        return reply.code(MISDIRECTED).type('text/html; charset=utf-8').send(elsewhere(publicUrl))
      }
      if (!cameOverPlainHttp(request, publicUrl)) return
      if (isReading) return reply.redirect(secureUrl(request, publicUrl), PERMANENT)
      return reply.code(403).type('text/html; charset=utf-8').send(elsewhere(publicUrl))
    })
  },
  { name: 'public-url', dependencies: ['headers'] },
)

/** As the trusted proxy says, if it does. */
function cameOverPlainHttp({ headers, protocol }: FastifyRequest, publicUrl: string): boolean {
  return publicUrl.startsWith('https:') && headers['x-forwarded-proto'] !== undefined && protocol === 'http'
}

/** The clinic's own host, checked before. */
function secureUrl(request: FastifyRequest, publicUrl: string): string {
  const { port } = new URL(publicUrl)
  return `https://${hostsOf(request)[0]}${port && `:${port}`}${pathOf(request.url)}`
}

/** Of a request that was let through: in lower case, without a port. */
export function hostNameOf(request: FastifyRequest): string | null {
  return hostsOf(request)[0] ?? null
}

/** From the Host header, the trusted proxy or an absolute request target; null if there is none. */
function hostsOf(request: FastifyRequest): (string | null)[] {
  const target = request.url.startsWith('/') ? [] : [hostOf(request.url)]
  return [hostOf(`http://${request.host}`), ...target]
}

function hostOf(url: string): string | null {
  if (!URL.canParse(url) || /[@/?#\\]/.test(url.replace(/^https?:\/\//, '').replace(/\/.*$/, ''))) return null
  return new URL(url).hostname.replace(/\.$/, '')
}

/** Never `//…`, which browsers take for another host. */
function pathOf(url: string): string {
  const path = url.replace(/^https?:\/\/[^/]*/i, '').replace(/^[/\\]+/, '/')
  return path.startsWith('/') ? path : '/'
}

function isLoopback(host: string | null): boolean {
  return host === 'localhost' || host === '[::1]' || /^127(\.\d+){3}$/.test(host ?? '')
}

/** Unstyled, because style sheets are served only on the right host. */
function elsewhere(publicUrl: string): string {
  const url = publicUrl.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;')
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Frontdesk has another address</title></head>
<body><main><h1>Frontdesk has another address</h1>
<p>Nothing was changed. Open it at <a href="${url}/">${url}</a>.</p>
<p>If you run Frontdesk and people should use this address, set <code>PUBLIC_URL</code> to it.</p></main></body></html>
`
}
