import { type CookieSerializeOptions, Signer } from '@fastify/cookie'
import type { FastifyInstance } from 'fastify'

interface SignedCookie {
  name: string
  /** The first one signs. */
  secrets: string[]
  options: CookieSerializeOptions
}

/** Re-signs cookies from an old secret before @fastify/session sees them and removes them. */
export function renewCookie(app: FastifyInstance, { name, secrets, options }: SignedCookie): void {
  if (secrets.length < 2) return
  const signer = new Signer(secrets)
  app.addHook('onRequest', async (request, reply) => {
    const { valid, renew, value } = signer.unsign(request.cookies[name] ?? '')
    if (!valid || !renew) return
    const renewed = signer.sign(value)
    request.cookies[name] = renewed
    reply.setCookie(name, renewed, options)
  })
}
