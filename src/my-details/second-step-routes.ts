import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import type { Confirmation } from '../sessions/confirmation.ts'
import { forgetBrowsers, rememberedBrowsers } from '../sessions/known-browsers.ts'
import { keepNewCodes, newCodesOf } from '../sessions/new-codes.ts'
import { FEW_CODES, isCurrentCode } from '../sessions/recovery-codes.ts'
import { needsSecondStep, secondStepsOf } from '../sessions/second-steps.ts'
import { actorOf, currentUser, sessionIdOf } from '../sessions/session-of-request.ts'
import { EmptyForm } from '../users/fields.ts'
import { fullName } from '../users/names.ts'
import { NotFound } from '../web/errors.ts'
import { type Form, formOf } from '../web/forms.ts'
import { type Dated, dated, formatDay } from '../words/dates.ts'
import { deviceWords } from '../words/devices.ts'
import { words } from '../words/en.ts'
import { removeOwnSecondStep, renewOwnCodes } from './change-second-step.ts'

const said = words.twoStep.mine

declare module 'fastify' {
  interface Pages {
    'my-details/second-step': {
      form: Form
      apps: ShownApp[]
      passkeys: ShownApp[]
      browsers: { id: string; device: string; until: string }[]
      codesLeft: number
      hasFewCodes: boolean
      isNeeded: boolean
      isOn: boolean
    }
    'my-details/recovery-codes': { codes: string[]; name: string; clinicName: string; madeOn: string }
  }
}

interface ShownApp {
  id: string
  label: string
  addedAt: Dated
  usedAt: Dated | null
}

const AppParams = Type.Object({
  id: Type.String({ pattern: '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' }),
})

/** My details: two-step sign-in. */
export const ownSecondStepRoutes: FastifyPluginAsyncTypebox = async (app) => {
  const keys = app.config.keys['two-step']

  app.get('/', { config: { access: 'my-details.edit' } }, async (request, reply) =>
    secondStepPage(request, reply, formOf()),
  )

  app.post(
    '/:id/remove',
    {
      config: { access: 'my-details.edit', verify: removalConfirmation, onInvalid: secondStepPage },
      schema: { params: AppParams, body: EmptyForm },
    },
    async (request, reply) => {
      const doing = { db: app.db, actor: actorOf(request), sessionId: sessionIdOf(request) }
      await removeOwnSecondStep(doing, request.params.id, isNeededBy(request))
      request.flash('notice', said.removed)
      return reply.redirect('/my-details/second-step', 303)
    },
  )

  app.post(
    '/known-browsers/:id/forget',
    { config: { access: 'my-details.edit' }, schema: { params: AppParams, body: EmptyForm } },
    async (request, reply) => {
      await forgetBrowsers(app.db, currentUser(request), request.params.id)
      request.flash('notice', said.browsers.forgotten)
      return reply.redirect('/my-details/second-step', 303)
    },
  )

  app.post(
    '/recovery-codes',
    {
      config: { access: 'my-details.edit', verify: codesConfirmation, onInvalid: secondStepPage },
      schema: { body: EmptyForm },
    },
    async (request, reply) => {
      const doing = { db: app.db, keys, actor: actorOf(request), sessionId: sessionIdOf(request) }
      const codes = await renewOwnCodes(doing)
      request.session.newCodes = keepNewCodes(keys, currentUser(request), codes)
      return reply.redirect('/my-details/second-step/recovery-codes', 303)
    },
  )

  app.get('/recovery-codes', { config: { access: 'my-details.edit' } }, async (request, reply) => {
    const me = currentUser(request)
    const codes = newCodesOf(keys, me, request.session.newCodes)
    // Others may have been made since, in another tab: nobody should print codes that don't work.
    if (!codes?.[0] || !(await isCurrentCode(app.db, keys, me, codes[0])))
      return reply.redirect('/my-details/second-step', 303)
    const madeOn = formatDay(new Date(), me.timeZone)
    const { clinicName } = me
    return reply.page('my-details/recovery-codes', { codes, name: fullName(me), clinicName, madeOn })
  })

  app.post(
    '/recovery-codes/kept',
    { config: { access: 'my-details.edit' }, schema: { body: EmptyForm } },
    async (request, reply) => {
      delete request.session.newCodes
      return reply.redirect('/my-details/second-step', 303)
    },
  )
}

async function secondStepPage(request: FastifyRequest, reply: FastifyReply, form: Form): Promise<unknown> {
  const me = currentUser(request)
  const { apps, passkeys, codesLeft } = await secondStepsOf(request.server.db, me)
  const browsers = await rememberedBrowsers(request.server.db, me)
  return reply.page('my-details/second-step', {
    ...{ form, codesLeft, hasFewCodes: codesLeft <= FEW_CODES },
    ...{ isNeeded: isNeededBy(request), isOn: apps.length + passkeys.length > 0 },
    browsers: browsers.map(({ id, userAgent, until }) => ({
      ...{ id, device: deviceWords(userAgent), until: formatDay(until, me.timeZone) },
    })),
    ...{ apps: apps.map(shown), passkeys: passkeys.map(shown) },
  })

  function shown({ id, label, createdAt, lastUsedAt }: (typeof apps)[number]): ShownApp {
    const addedAt = dated(createdAt, me.timeZone)
    return { id, label, addedAt, usedAt: lastUsedAt && dated(lastUsedAt, me.timeZone) }
  }
}

function isNeededBy(request: FastifyRequest): boolean {
  const { clinic } = request
  return clinic !== null && needsSecondStep(clinic, currentUser(request))
}

async function removalConfirmation(request: FastifyRequest): Promise<Confirmation> {
  const { id } = request.params as { id: string }
  const { apps, passkeys } = await secondStepsOf(request.server.db, currentUser(request))
  const all = [...apps, ...passkeys]
  const removed = all.find((other) => other.id === id)
  if (!removed) throw new NotFound()
  const isApp = apps.some((app) => app.id === id)
  const { removal } = said
  return {
    ...{ heading: isApp ? removal.heading : removal.passkey, button: removal.button },
    ...{ back: words.forms.cancel, consequence: all.length === 1 ? removal.last : removal.consequence },
    rows: [{ label: isApp ? said.app : said.passkey, value: removed.label, field: 'form' }],
    asksForCode: true,
  }
}

async function codesConfirmation(): Promise<Confirmation> {
  const { heading, consequence, button } = said.newCodes
  return { heading, consequence, rows: [], button, back: words.forms.cancel, asksForCode: true }
}
