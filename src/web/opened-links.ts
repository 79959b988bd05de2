import type { FastifyInstance } from 'fastify'
import { type Static, Type } from 'typebox'
import { linkIdOf } from '../emails/links.ts'

const LinkParams = Type.Object({ token: Type.String({ maxLength: 200 }) })

/**
 * The address in an e-mail, `page` and a token after it. Mail scanners open every link: this only shows. The token leaves
 * the address, and with it the history and the log.
 */
export function openLinksTo(
  app: FastifyInstance,
  page: string,
  keptAs: 'joinToken' | 'resetToken' | 'confirmToken',
): void {
  app.get<{ Params: Static<typeof LinkParams> }>(
    `${page.slice(app.prefix.length)}/:token`,
    { config: { access: 'anyone' }, schema: { params: LinkParams } },
    async (request, reply) => {
      const { token } = request.params
      // What is not of a token's shape stays out of the session, which holds text that PostgreSQL can keep.
      request.session[keptAs] = linkIdOf(token) ? token : ''
      return reply.redirect(page, 303)
    },
  )
}
