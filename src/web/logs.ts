import type { FastifyRequest, FastifyServerOptions } from 'fastify'
import type { Config } from '../config.ts'
import { clientAddress } from './client-address.ts'

/** JSON lines. Neither bodies nor headers are logged, and links that open a door lose their secret. */
export function logOptions(config: Config): FastifyServerOptions['logger'] {
  return {
    level: config.production ? 'info' : 'warn',
    serializers: {
      req: (request: FastifyRequest) => ({
        method: request.method,
        url: withoutSecrets(request.url),
        ip: clientAddress(request, config.trustProxy),
      }),
    },
    redact: {
      paths: ['*.password', '*.currentPassword', '*.token', '*.code', '*.cookie', '*.authorization'],
      censor: '[hidden]',
    },
  }
}

/** Tokens of e-mailed links, the code of the first run and names looked for stand in addresses. */
export function withoutSecrets(url: string): string {
  return url
    .replace(/^(\/(?:join|reset-password|confirm-email)\/)[^/?]+/, '$1[hidden]')
    .replace(/([?&](?:code|token|search)=)[^&]+/g, '$1[hidden]')
}
