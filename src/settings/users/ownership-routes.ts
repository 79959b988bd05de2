import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyRequest } from 'fastify'
import type { Confirmation } from '../../sessions/confirmation.ts'
import { actorOf, currentUser } from '../../sessions/session-of-request.ts'
import { requireVerified } from '../../sessions/verification-plugin.ts'
import { EmptyForm, IdParams } from '../../users/fields.ts'
import { fullName } from '../../users/names.ts'
import { words } from '../../words/en.ts'
import { giveUpOwnership, makeOwner } from './ownership.ts'
import { whoRows } from './state-rows.ts'
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
      const { owner } = words.userPage
      const name = (await userOfRequest(request)).firstName
      request.flash('notice', id === me.id ? owner.givenUp : owner.made({ name }))
      return reply.redirect(`/settings/users/${id}`, 303)
    },
  )
}

/** People can only give up their own ownership, and only make others owners. */
async function ownershipConfirmation(request: FastifyRequest): Promise<Confirmation> {
  const user = await userOfRequest(request)
  const isMine = user.id === currentUser(request).id
  const said = words.userPage.owner
  const rows = whoRows(user)
  if (isMine) {
    rows.push(...(await stopsRow(request.server.db, user, { isOwner: false }, 'form')))
    return {
      ...{ heading: said.giveUp, consequence: said.givingUp, rows },
      ...{ back: words.users.cancel, button: said.giveUp },
    }
  }
  return {
    heading: said.heading({ name: fullName(user) }),
    consequence: said.consequence({ name: user.firstName }),
    asksForCode: true,
    rows,
    back: words.users.cancel,
    button: said.make,
  }
}
