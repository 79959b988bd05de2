import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyRequest } from 'fastify'
import type { Confirmation } from '../../sessions/confirmation.ts'
import { actorOf, currentUser } from '../../sessions/session.ts'
import { requireVerified } from '../../sessions/verification.ts'
import { EmptyForm, IdParams } from '../../users/fields.ts'
import { fullName } from '../../users/names.ts'
import { giveUpOwnership, makeOwner } from './ownership.ts'
import { stopsRow } from './stops.ts'
import { userOfRequest, userPage } from './user-page.ts'

const schema = { params: IdParams, body: EmptyForm }

export const ownershipRoutes: FastifyPluginAsyncTypebox = async (app) => {
  app.post(
    '/:id/ownership',
    { config: { access: 'users.edit', verify: ownershipConfirmation, onInvalid: userPage }, schema },
    async (request, reply) => {
      const me = currentUser(request)
      const { id } = request.params
      const actor = actorOf(request)
      const verification = requireVerified(request)
      if (id === me.id) await giveUpOwnership(app.db, actor, verification)
      else await makeOwner(app.db, actor, id, verification)
      request.flash('notice', id === me.id ? 'You are no longer an owner.' : 'This person is an owner now.')
      return reply.redirect(`/settings/users/${id}`, 303)
    },
  )
}

/** People can only give up their own ownership, and only make others owners. */
async function ownershipConfirmation(request: FastifyRequest): Promise<Confirmation> {
  const user = await userOfRequest(request)
  const isMine = user.id === currentUser(request).id
  const rows = [
    { label: 'Name', value: fullName(user), field: 'form' },
    { label: 'Email', value: user.email, field: 'form' },
  ]
  if (isMine) {
    const consequence =
      'Other administrators can then manage your account. Only an owner can make you one again.'
    rows.push(...(await stopsRow(request.server.db, user, { isOwner: false }, 'form')))
    return { heading: 'Give up ownership', consequence, rows, back: 'Cancel', button: 'Give up ownership' }
  }
  const consequence = `Only owners can then manage ${user.firstName}’s account, and nobody can take this back but ${user.firstName}.`
  return {
    heading: `Make ${fullName(user)} an owner`,
    consequence,
    rows,
    back: 'Cancel',
    button: 'Make owner',
  }
}
