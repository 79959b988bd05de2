import type { FastifyReply, FastifyRequest } from 'fastify'
import { isLimited } from '../../clinics/networks.ts'
import type { User } from '../../database/schema.ts'
import { canManage } from '../../roles/roles.ts'
import { currentUser } from '../../sessions/session-of-request.ts'
import { findUser } from '../../users/users.ts'
import { NotFound } from '../../web/errors.ts'
import type { Form } from '../../web/forms.ts'
import { words } from '../../words/en.ts'
import { mayMakeOwner } from './ownership.ts'
import { type ShownUser, showUser } from './show-user.ts'

declare module 'fastify' {
  interface Pages {
    'settings/users/show': ShownUser & {
      form: Form
      mayManage: boolean
      /** Whether the clinic's networks concern them. */
      mayLimit: boolean
      isMe: boolean
      mayMakeOwner: boolean
    }
  }
}

/** A person's page, with any refusal shown at the top. */
export async function userPage(request: FastifyRequest, reply: FastifyReply, form: Form): Promise<unknown> {
  const me = currentUser(request)
  const { id } = request.params as { id: string }
  const shown = await showUser(request.server.db, me, id)
  if (!shown) throw new NotFound()
  const mayManage = canManage(me, shown.user)
  const { user } = shown
  const mayLimit = user.anywhere || isLimited({ limitedRoles: request.clinic?.limitedRoles ?? [] }, user)
  const offers = { mayManage, mayLimit, isMe: id === me.id, mayMakeOwner: mayMakeOwner(me, user) }
  const details = [...shown.details, ...(mayLimit ? [anywhereRow(user)] : [])]
  return reply.page('settings/users/show', { form, ...shown, details, ...offers })
}

function anywhereRow({ anywhere }: User) {
  return {
    label: words.networks.anywhere.label,
    value: anywhere ? words.users.yes : words.users.no,
  }
}

/** The person in the URL, in the viewer's clinic. @throws {NotFound} */
export async function userOfRequest(request: FastifyRequest): Promise<User> {
  const { id } = request.params as { id: string }
  const user = await findUser(request.server.db, currentUser(request).clinicId, id)
  if (!user) throw new NotFound()
  return user
}
