import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import { answerThisMachineOnly } from '../web/this-machine-only.ts'
import { clinicAtHost } from './clinics.ts'

const Question = Type.Object({ domain: Type.Optional(Type.String({ maxLength: 300 })) })

/** For a proxy on this machine that gets a certificate for each host when it is first visited: is this host one of ours? */
export async function tlsRoutes(app: FastifyInstance): Promise<void> {
  answerThisMachineOnly(app)
  app.get<{ Querystring: { domain?: string } }>(
    '/tls',
    { config: { access: 'anyone' }, schema: { querystring: Question } },
    async ({ query: { domain = '' } }, reply) => {
      const found = await clinicAtHost(app.db, app.config, domain.toLowerCase())
      const isOurs = found === 'bare host' || (found !== null && found !== 'unknown')
      return reply
        .code(isOurs ? 200 : 404)
        .type('text/plain; charset=utf-8')
        .send(isOurs ? 'ok' : 'unknown')
    },
  )
}
