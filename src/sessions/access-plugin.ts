import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { can, type Permission } from '../roles/roles.ts'
import { recordRefused } from './refusal-of-request.ts'
import { userOf } from './session-of-request.ts'
import { signInUrl } from './sign-in-url.ts'

/** `anyone`; `guest`: only while signed out; `signed-in`; or one permission of the roles table. */
type Access = 'anyone' | 'guest' | 'signed-in' | Permission

declare module 'fastify' {
  interface FastifyContextConfig {
    access?: Access
  }
  interface FastifyInstance {
    /** `GET /path` -> who can use it. */
    accessTable: Map<string, Access>
  }
  interface FastifyRequest {
    /** The session expired under a form; what was typed goes through sign-in. */
    needsSignIn: boolean
  }
}

/** Closed by default: the app doesn't start if a route doesn't declare its access. */
export function requireAccess(app: FastifyInstance): void {
  app.decorate('accessTable', new Map())
  app.addHook('onRoute', ({ method, url, config }) => {
    if (!config?.access) throw new Error(`${method} ${url} does not declare its access`)
    app.accessTable.set(`${method} ${url}`, config.access)
  })
}

export const access = fp(
  async (app) => {
    app.decorateRequest('needsSignIn', false)

    app.addHook('onRequest', async (request, reply) => {
      const wanted = request.routeOptions.config?.access
      return wanted && admit(wanted, request, reply)
    })
  },
  { name: 'access', dependencies: ['session'] },
)

async function admit(wanted: Access, request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
  const user = userOf(request)
  if (wanted === 'anyone') return
  if (wanted === 'guest') return user ? reply.redirect('/', 303) : undefined
  if (!user) return sendToSignIn(request, reply)
  if (wanted === 'signed-in' || can(user, wanted)) return
  const asked = `${request.method} ${request.routeOptions.url}`
  await recordRefused(request, { action: 'access.refused', after: { asked } })
  return reply.code(403).page('errors/forbidden')
}

function sendToSignIn(request: FastifyRequest, reply: FastifyReply): unknown {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    request.needsSignIn = true
    return
  }
  return reply.redirect(signInUrl(request, request.url), 303)
}
