import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyRequest } from 'fastify'
import type { User } from '../database/schema.ts'
import { type Act, requireProof } from '../web/reauthentication.ts'
import { actorOf } from '../web/session.ts'
import { deactivateUser, reactivateUser } from './deactivate-user.ts'
import { EmptyForm, IdParams } from './fields.ts'
import { fullName } from './names.ts'
import { ROLES } from './roles.ts'
import { stopsRow } from './stops.ts'
import { userOfRequest, userPage } from './user-page.ts'

const schema = { params: IdParams, body: EmptyForm }

export const deactivationRoutes: FastifyPluginAsyncTypebox = async (app) => {
  app.post(
    '/:id/deactivation',
    { config: { access: 'users.deactivate', reauthenticate: deactivation, onInvalid: userPage }, schema },
    async (request, reply) => {
      const actor = actorOf(request)
      const id = await deactivateUser(app.db, actor, request.params.id, requireProof(request))
      const user = await userOfRequest(request)
      request.flash('notice', `${user.firstName} is deactivated and was signed out everywhere.`)
      return reply.redirect(`/settings/users/${id}`, 303)
    },
  )

  app.post(
    '/:id/reactivation',
    { config: { access: 'users.deactivate', reauthenticate: reactivation, onInvalid: userPage }, schema },
    async (request, reply) => {
      const actor = actorOf(request)
      const id = await reactivateUser(app.db, actor, request.params.id, requireProof(request))
      const user = await userOfRequest(request)
      request.flash('notice', `${user.firstName} is back. An email to ${user.email} asks for a new password.`)
      return reply.redirect(`/settings/users/${id}`, 303)
    },
  )
}

async function deactivation(request: FastifyRequest): Promise<Act> {
  const user = await userOfRequest(request)
  const consequence =
    `${user.firstName} is signed out everywhere at once and cannot sign in. Invitations to them and by them stop working. ` +
    'Nothing that they wrote is lost, and you can reactivate them at any time.'
  const { rows, back } = rowsFor(user)
  rows.push(...(await stopsRow(request.server.db, user, { deactivatedAt: new Date() }, 'form')))
  return { heading: `Deactivate ${fullName(user)}`, consequence, rows, back, button: 'Deactivate' }
}

async function reactivation(request: FastifyRequest): Promise<Act> {
  const user = await userOfRequest(request)
  const consequence = `${user.firstName} gets their role and details back, and an email with a link to choose a new password.`
  return { heading: `Reactivate ${fullName(user)}`, consequence, ...rowsFor(user), button: 'Reactivate' }
}

function rowsFor(user: User): Pick<Act, 'rows' | 'back'> {
  const practitioner = user.isPractitioner ? 'Yes (charged for while active)' : 'No (free)'
  return {
    back: 'Cancel',
    rows: [
      { label: 'Name', value: fullName(user), field: 'form' },
      { label: 'Email', value: user.email, field: 'form' },
      { label: 'Security role', value: ROLES[user.role].label, field: 'form' },
      { label: 'Practitioner', value: practitioner, field: 'form' },
    ],
  }
}
