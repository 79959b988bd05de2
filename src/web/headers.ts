import fastifyHelmet from '@fastify/helmet'
import fp from 'fastify-plugin'

const HSTS_MAX_AGE_SECONDS = 365 * 24 * 60 * 60

/** Security headers on every answer. Nothing is loaded from elsewhere and nothing runs inline. */
export const headers = fp(
  async (app, { publicUrl }: { publicUrl: string }) => {
    const isHttps = publicUrl.startsWith('https:')
    await app.register(fastifyHelmet, {
      contentSecurityPolicy: {
        useDefaults: false,
        directives: {
          defaultSrc: ["'none'"],
          scriptSrc: ["'self'"],
          styleSrc: ["'self'"],
          imgSrc: ["'self'"],
          fontSrc: ["'none'"],
          connectSrc: ["'self'"],
          frameSrc: ["'self'"],
          formAction: ["'self'"],
          baseUri: ["'none'"],
          objectSrc: ["'none'"],
          frameAncestors: ["'none'"],
        },
      },
      strictTransportSecurity: isHttps && { maxAge: HSTS_MAX_AGE_SECONDS, includeSubDomains: true },
      // Not no-referrer: that would blank the Origin of our own forms, which same-origin.ts reads.
      referrerPolicy: { policy: 'same-origin' },
      xFrameOptions: { action: 'deny' },
      xPoweredBy: true,
    })
    app.addHook('onRequest', async (_request, reply) => {
      // Pages are personal; the Back button after signing out must not bring one back.
      reply.header('cache-control', 'no-store')
      reply.header('permissions-policy', 'camera=(), microphone=(), geolocation=(), payment=(), usb=()')
      reply.header('x-robots-tag', 'noindex, nofollow')
    })
  },
  { name: 'headers' },
)
