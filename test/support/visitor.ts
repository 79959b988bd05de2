import type { FastifyInstance } from 'fastify'
import { DEMO_PASSWORD } from '../../src/demo/team.ts'
import { Browser, type Connection, type Visit } from './browser.ts'

export { type Fields, hidden, textOf, type Visit } from './browser.ts'

/** A browser at an app that runs in the same process. */
export class Visitor extends Browser {
  /** @param origin of a clinic that isn't the only one */
  constructor(app: FastifyInstance, origin = app.config.publicUrl) {
    super(injected(app), origin)
  }

  signIn(user: { email: string }, password = DEMO_PASSWORD): Promise<Visit> {
    return this.post('/sign-in', { email: user.email, password })
  }
}

function injected(app: FastifyInstance): Connection {
  return async ({ method, url, headers, payload }) => {
    const reply = await app.inject({ method: method as 'GET', url, headers, ...(payload && { payload }) })
    const cookies = [reply.headers['set-cookie'] ?? []].flat()
    return { status: reply.statusCode, headers: reply.headers, cookies, html: reply.body }
  }
}
