import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { LinkField, linksOf, openedIn, openLinksTo } from '../sessions/opened-links-plugin.ts'
import { originOf } from '../sessions/session-of-request.ts'
import { type Form, formOf } from '../web/forms.ts'
import { refuseReplacement } from './accept-replacement.ts'
import {
  type ClosedLink,
  type EmailChangeDetails,
  helpFor,
  type LinkHelp,
  readReplacementStop,
} from './email-change-link.ts'

declare module 'fastify' {
  interface Pages {
    'email-changes/stop-replacement': LinkHelp & { form: Form; change: EmailChangeDetails; link: string }
    'email-changes/stop-replacement-closed': ClosedLink
  }
}

const PURPOSE = 'email replacement stop'

const StopForm = Type.Object(LinkField, { additionalProperties: false })

/** The link sent to the old mailbox, for an owner who hasn't lost it after all. Only the button stops the change. */
export const stopReplacementRoutes: FastifyPluginAsyncTypebox = async (app) => {
  openLinksTo(app, PURPOSE, { read: readReplacementStop, closed: 'email-changes/stop-replacement-closed' })

  app.get('/', { config: { access: 'anyone' } }, async (request, reply) => stopPage(request, reply, formOf()))

  app.post(
    '/',
    { config: { access: 'anyone', onInvalid: stopPage }, schema: { body: StopForm } },
    async (request, reply) => {
      const link = await linkOf(request)
      if (!('change' in link)) return stopPage(request, reply, formOf())
      const { ip, userAgent } = originOf(request)
      await refuseReplacement(request.server.db, link.change, { ip, userAgent })
      return stopPage(request, reply, formOf())
    },
  )
}

async function stopPage(request: FastifyRequest, reply: FastifyReply, form: Form): Promise<unknown> {
  const link = await linkOf(request)
  if ('change' in link)
    return reply.page('email-changes/stop-replacement', {
      ...{ form, change: link.change, link: openedIn(request, PURPOSE) },
      ...helpFor(link.change),
    })
  // The same page confirms it to the person who pressed the button.
  const status = link.state === 'unknown' ? 404 : request.method === 'POST' ? 200 : 410
  return reply.code(status).page('email-changes/stop-replacement-closed', link)
}

function linkOf(request: FastifyRequest) {
  return readReplacementStop(request.server.db, linksOf(request), openedIn(request, PURPOSE))
}
