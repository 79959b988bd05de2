import type { FastifyHttpOptions, FastifyServerOptions, RawServerDefault } from 'fastify'
import type { Config } from '../config.ts'
import { answerBrokenUrl } from './errors.ts'
import { type Checks, FORM_MAX_BYTES } from './forms.ts'
import { answerBrokenRequest } from './headers.ts'
import { newRequestId } from './logs.ts'
import { buildValidator, schemaOptions } from './schemas.ts'

const REQUEST_TIMEOUT_MS = 30_000
const CONNECTIONS_LOOKED_AT_MS = 5_000
const HANDLER_TIMEOUT_MS = 10_000
/** Longer than any link of ours, so that a broken one still gets its page. */
const PATH_PART_MAX_LENGTH = 1_000
const KEEP_ALIVE_TIMEOUT_MS = 72_000

/** How Fastify reads requests, and what it answers to those that aren't any. */
export function serverOptions({
  config,
  checks,
  logger,
}: {
  config: Config
  checks: Checks
  logger: NonNullable<FastifyServerOptions['logger']>
}): FastifyHttpOptions<RawServerDefault> {
  return {
    logger,
    genReqId: newRequestId,
    trustProxy: config.trustProxy,
    bodyLimit: FORM_MAX_BYTES,
    routerOptions: { maxParamLength: PATH_PART_MAX_LENGTH },
    requestTimeout: REQUEST_TIMEOUT_MS,
    handlerTimeout: HANDLER_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
    ajv: schemaOptions(checks),
    schemaController: { compilersFactory: { buildValidator } },
    frameworkErrors: answerBrokenUrl,
    clientErrorHandler: answerBrokenRequest(config.publicUrl),
    // A request without a host gets the same page as one with a wrong host.
    http: { requireHostHeader: false, connectionsCheckingInterval: CONNECTIONS_LOOKED_AT_MS },
  }
}
