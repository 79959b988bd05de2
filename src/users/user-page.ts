import type { FastifyReply, FastifyRequest } from 'fastify'
import { NotFound } from '../web/errors.ts'
import type { Form } from '../web/forms.ts'
import { currentUser } from '../web/session.ts'
import { canManage } from './roles.ts'
import { showUser } from './show-user.ts'

/** A person's page; whatever was refused there is said at its top. */
export async function userPage(request: FastifyRequest, reply: FastifyReply, form: Form): Promise<unknown> {
  const me = currentUser(request)
  const { id } = request.params as { id: string }
  const shown = await showUser(request.server.db, me, id)
  if (!shown) throw new NotFound()
  const mayManage = canManage(me, shown.user)
  return reply.page('users/show', { form, ...shown, mayManage, isMe: id === me.id })
}
