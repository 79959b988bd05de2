import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'

const HSTS_MAX_AGE_SECONDS = 365 * 24 * 60 * 60

/** Nothing from elsewhere, nothing inline. */
const POLICY = [
  "default-src 'none'",
  ...['script-src', 'style-src', 'img-src', 'connect-src', 'frame-src', 'form-action'].map(
    (kind) => `${kind} 'self'`,
  ),
  ...['font-src', 'base-uri', 'object-src', 'frame-ancestors'].map((kind) => `${kind} 'none'`),
].join(';')

const HEADERS = {
  'content-security-policy': POLICY,
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'origin-agent-cluster': '?1',
  // Not no-referrer, which would blank the Origin of our own forms; same-origin.ts needs it.
  'referrer-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
  'x-dns-prefetch-control': 'off',
  'x-frame-options': 'DENY',
  'x-permitted-cross-domain-policies': 'none',
  // Pages are personal: Back after signing out must not show one.
  'cache-control': 'no-store',
  'permissions-policy': 'camera=(), microphone=(), geolocation=(), payment=(), usb=()',
  'x-robots-tag': 'noindex, nofollow',
}

export function headersFor(publicUrl: string): Record<string, string> {
  const hsts = `max-age=${HSTS_MAX_AGE_SECONDS}; includeSubDomains`
  return { ...HEADERS, ...(publicUrl.startsWith('https:') && { 'strict-transport-security': hsts }) }
}

/** Security headers on every response, even those that no route sends. */
export const headers = fp(
  async (app: FastifyInstance, { publicUrl }: { publicUrl: string }) => {
    const ours = headersFor(publicUrl)
    app.addHook('onRequest', async (_request, reply) => {
      reply.headers(ours)
    })
    // Fastify answers during shutdown, and Node answers an unknown Expect.
    app.server.prependListener('request', (_request, response) => {
      for (const [name, value] of Object.entries(ours)) response.setHeader(name, value)
    })
    app.server.on('checkExpectation', (_request, response) => {
      response.writeHead(417, ours).end()
    })
  },
  { name: 'headers' },
)

/** Malformed HTTP, long headers and slow requests are answered on the raw connection. */
const LINGER_MS = 1_000

export function answerBrokenRequest(publicUrl: string) {
  const lines = Object.entries(headersFor(publicUrl)).map(([name, value]) => `${name}: ${value}\r\n`)
  return (error: Error & { code?: string }, socket: Socket): void => {
    if (error.code === 'ECONNRESET' || socket.destroyed || socket.writableEnded) return
    if (!socket.writable) return void socket.destroy(error)
    const status = STATUSES[error.code ?? ''] ?? 400
    const text = `${STATUS_CODES[status]}\n`
    socket.end(
      `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\nContent-Type: text/plain\r\n` +
        `Content-Length: ${text.length}\r\n${lines.join('')}\r\n${text}`,
    )
    // Destroying it at once would discard the response along with unread input.
    setTimeout(() => socket.destroy(error), LINGER_MS).unref()
  }
}

const STATUSES: Record<string, number> = {
  ERR_HTTP_REQUEST_TIMEOUT: 408,
  HPE_HEADER_OVERFLOW: 431,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 413,
}
