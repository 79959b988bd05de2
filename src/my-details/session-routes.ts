import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import type { Confirmation } from '../sessions/confirmation.ts'
import { SESSION_MAX_HOURS } from '../sessions/live-session.ts'
import {
  actorOf,
  currentUser,
  FORGET_EVERYTHING,
  sessionIdOf,
  signOut,
} from '../sessions/session-of-request.ts'
import { NotFound } from '../web/errors.ts'
import { agoWords, deviceWords } from '../words/devices.ts'
import { words } from '../words/en.ts'
import { endMySession, endOtherSessions, type MySession, sessionsOf } from './my-sessions.ts'

const SessionParams = Type.Object({
  sessionId: Type.String({ pattern: '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' }),
})
const DEVICES = words.myDetails.devices

const NoFields = Type.Object({}, { additionalProperties: false })

/** My details: a person's devices, and signing them out. Another device takes the password. */
export const ownSessionRoutes: FastifyPluginAsyncTypebox = async (app) => {
  app.post(
    '/:sessionId/sign-out',
    {
      config: { access: 'signed-in', verify: deviceConfirmation, onInvalid: toMyDetails },
      schema: { params: SessionParams, body: NoFields },
    },
    async (request, reply) => {
      const { sessionId } = request.params
      if (sessionId === sessionIdOf(request)) {
        await signOut(request)
        reply.header('clear-site-data', FORGET_EVERYTHING)
        request.flash('notice', words.signIn.signedOut)
        return reply.redirect('/sign-in', 303)
      }
      if (!(await endMySession(app.db, actorOf(request), sessionId))) throw new NotFound()
      request.flash('notice', DEVICES.done)
      return reply.redirect('/my-details', 303)
    },
  )

  app.post(
    '/sign-out',
    {
      config: { access: 'signed-in', verify: elsewhereConfirmation, onInvalid: toMyDetails },
      schema: { body: NoFields },
    },
    async (request, reply) => {
      await endOtherSessions(app.db, actorOf(request), sessionIdOf(request))
      request.flash('notice', DEVICES.doneElsewhere)
      return reply.redirect('/my-details', 303)
    },
  )
}

/** Signing out the current device needs no password. */
async function deviceConfirmation(request: FastifyRequest): Promise<Confirmation | null> {
  const { sessionId } = request.params as { sessionId: string }
  if (sessionId === sessionIdOf(request)) return null
  const device = (await otherDevices(request)).find((other) => other.sessionId === sessionId)
  if (!device) throw new NotFound()
  return confirmation(DEVICES.signOutOther, DEVICES.signOut, [device])
}

async function elsewhereConfirmation(request: FastifyRequest): Promise<Confirmation> {
  const { signOutElsewhere, consequence } = DEVICES
  const asked = confirmation(signOutElsewhere, signOutElsewhere, await otherDevices(request))
  const isOn = currentUser(request).secondStepSince !== null
  return isOn ? { ...asked, consequence: `${consequence} ${words.twoStep.askAgain}` } : asked
}

async function otherDevices(request: FastifyRequest): Promise<MySession[]> {
  const sessions = await sessionsOf(request.server.db, currentUser(request), SESSION_MAX_HOURS)
  return sessions.filter(({ sessionId }) => sessionId !== sessionIdOf(request))
}

function confirmation(heading: string, button: string, devices: MySession[]): Confirmation {
  const rows = devices.map(({ userAgent, secondsAgo }) => ({
    label: deviceWords(userAgent),
    value: DEVICES.lastActive(agoWords(secondsAgo)),
    field: 'form',
  }))
  return { heading, consequence: DEVICES.consequence, rows, button, back: words.forms.cancel }
}

async function toMyDetails(_request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
  return reply.redirect('/my-details', 303)
}
