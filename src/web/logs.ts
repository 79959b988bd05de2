import { randomUUID } from 'node:crypto'
import type { FastifyRequest, FastifyServerOptions } from 'fastify'
import fp from 'fastify-plugin'
import type { Config } from '../config.ts'
import type { Database } from '../database/database.ts'
import { followEvents } from '../events/event-log.ts'
import { requestIds } from '../events/request-ids.ts'
import { clientIp } from './client-ip.ts'

type LogConfig = Pick<Config, 'production' | 'trustProxy'>

/** JSON lines without bodies, headers or raw URLs. */
export function logOptions(config: LogConfig) {
  return {
    level: config.production ? 'info' : 'warn',
    serializers: { req: (request: FastifyRequest) => requestLine(request, config), err: errorLine },
    redact: {
      paths: ['*.password', '*.currentPassword', '*.token', '*.cookie', '*.authorization'],
      censor: '[hidden]',
    },
  } satisfies FastifyServerOptions['logger']
}

/** Never guessable, never taken from the client. */
export const newRequestId = (): string => randomUUID()

export const logs = fp(
  async (app, { db, userIdOf }: { db: Database; userIdOf: (request: FastifyRequest) => string | null }) => {
    followEvents(db, (event) => app.log.info({ event }, 'event'))
    app.addHook('onRequest', (request, _reply, done) => requestIds.run(request.id, done))
    // A body arrives in the connection's events, outside the request's async context.
    app.addHook('preValidation', (request, _reply, done) => requestIds.run(request.id, done))
    // Bad signatures, unknown links, other clinics' ids and wrong webhook passwords all end up here.
    app.addHook('onResponse', async (request, { statusCode }) => {
      if (statusCode < 400 || statusCode >= 500) return
      const { method, routeOptions, clientIp: ip } = request
      const refused = { method, route: routeOptions.url ?? null, status: statusCode, ip }
      request.log.info({ refused, userId: userIdOf(request) }, 'refused')
    })
  },
  { name: 'logs' },
)

/** Pages and days, which are numbers. The cursor of a page of the list is not among them: it holds a name. */
const NUMBERED = ['until', 'before', 'row']
const NUMBER = /^\d[\d-]{0,18}$/

/** Only the route's own choices. Anything else in a URL can be a name or a secret link. */
function isShown({ routeOptions }: FastifyRequest, key: string, value: unknown): boolean {
  const { properties } = (routeOptions?.schema?.querystring ?? {}) as { properties?: Record<string, Choices> }
  if (properties?.[key]?.enum?.includes(value)) return value !== ''
  return NUMBERED.includes(key) && typeof value === 'string' && NUMBER.test(value)
}

interface Choices {
  enum?: unknown[]
}

function requestLine(request: FastifyRequest, { trustProxy }: LogConfig) {
  const query = Object.entries((request.query as Record<string, unknown>) ?? {}).filter(([key, value]) =>
    isShown(request, key, value),
  )
  return {
    method: request.method,
    route: request.routeOptions?.url ?? null,
    ...(query.length > 0 && { query: Object.fromEntries(query) }),
    ip: clientIp(request, trustProxy),
  }
}

type LoggedError = Error & { code?: string; statusCode?: number; constraint?: string; table?: string }

/** PostgreSQL repeats values in its details and after a colon; validation errors include what was typed. */
function errorLine(error: LoggedError) {
  const { name, message, stack = '', code, statusCode, constraint, table } = error
  const said = 'severity' in error ? message.replace(/: ".*"/s, ': [hidden]') : message
  const where = stack.slice(stack.indexOf('\n    at '))
  return { type: name, message: said, stack: `${name}: ${said}${where}`, code, statusCode, constraint, table }
}
