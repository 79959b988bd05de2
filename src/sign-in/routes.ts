import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { clinicOriginOf } from '../clinics/clinic-of-request.ts'
import { recordEvent } from '../events/events.ts'
import { elsewherePage } from '../sessions/elsewhere-page.ts'
import { thisBrowserSkipsCode } from '../sessions/known-browser-of-request.ts'
import { LinkField } from '../sessions/opened-links-plugin.ts'
import { CurrentPassword } from '../sessions/password-fields.ts'
import {
  actorOf,
  FORGET_EVERYTHING,
  originOf,
  sessionIdOf,
  signOut,
  userOf,
} from '../sessions/session-of-request.ts'
import { discardTyped } from '../sessions/typed-form.ts'
import { formOf } from '../web/forms.ts'
import { ownPath } from '../web/own-path.ts'
import { openSignedForm, signForm } from '../web/signed-forms.ts'
import { log as said } from '../words/en/log.ts'
import { words } from '../words/en.ts'
import { admit, askForCode, askToSetUp } from './second-step-page.ts'
import { completeSignIn, signIn } from './sign-in.ts'
import { refusalFor, signInPage } from './sign-in-page.ts'

declare module 'fastify' {
  interface Pages {
    'sign-in/continue': { action: string; signedForm: string }
  }
}

const SignInForm = Type.Object(
  {
    email: Type.String({
      minLength: 1,
      maxLength: 254,
      message: { minLength: words.signIn.enterEmail, maxLength: words.signIn.notAnEmail },
    }),
    password: CurrentPassword,
    next: Type.Optional(Type.String({ maxLength: 2000 })),
    interrupted: Type.Optional(Type.String()),
    ...LinkField,
  },
  { additionalProperties: false },
)

const NextPage = Type.Object({
  next: Type.Optional(Type.String({ maxLength: 2000 })),
  cookies: Type.Optional(Type.Literal('none')),
})

const DiscardForm = Type.Object(
  { page: Type.String({ maxLength: 200 }), next: Type.Optional(Type.String({ maxLength: 200 })) },
  { additionalProperties: false },
)

export const sessionRoutes: FastifyPluginAsyncTypebox = async (app) => {
  let isCookieTold = false
  app.get(
    '/sign-in',
    { config: { access: 'guest' }, schema: { querystring: NextPage } },
    async (request, reply) => {
      const { next, cookies } = request.query
      if (cookies && !isCookieTold) request.log.warn(said.noCookie)
      isCookieTold ||= cookies !== undefined
      return signInPage(request, reply, formOf({ next, cookies }))
    },
  )

  app.post(
    '/sign-in',
    { config: { access: 'guest', onInvalid: signInPage }, schema: { body: SignInForm } },
    async (request, reply) => {
      const { clinic } = request
      if (!clinic) return reply.code(404).page('set-up/not-set-up')
      const { email, password, next, interrupted, link = '' } = request.body
      const { ip, userAgent } = originOf(request)
      const result = await signIn(app.db, app.passwords, clinic, { email, password, ip, userAgent })
      if ('refusal' in result) throw refusalFor(result, clinic)
      if (result.next === 'elsewhere') return elsewherePage(request, reply, result.user)
      const wanted = { next, link, interrupted }
      if (result.next === 'signed in') return admit(request, reply, result.user, wanted)
      if (result.next === 'second step') {
        const isKnown = await thisBrowserSkipsCode(request, result.user)
        const isIn =
          isKnown && (await completeSignIn(app.db, { ip, userAgent }, result.user, 'known browser'))
        if (isIn) return admit(request, reply, result.user, wanted, 'known browser')
        return askForCode(request, reply, result.user, wanted)
      }
      return askToSetUp(request, reply, result.user)
    },
  )

  app.get('/continue', { config: { access: 'signed-in' } }, async (request, reply) => {
    const { interrupted } = request.session
    const key = app.config.keys.forms
    const form = openSignedForm(key, interrupted, { purpose: 'interrupted', sessionId: '' })
    if (!form) return reply.redirect('/', 303)
    const { url, fields } = form
    const signedForm = signForm(key, { purpose: 'restore', sessionId: sessionIdOf(request), url, fields })
    return reply.page('sign-in/continue', { action: url, signedForm })
  })

  app.post(
    '/kept-form/discard',
    { config: { access: 'signed-in' }, schema: { body: DiscardForm } },
    async (request, reply) => {
      const { page, next = page } = request.body
      await discardTyped(request, page)
      return reply.redirect(ownPath(next, clinicOriginOf(request)), 303)
    },
  )

  app.get('/still-here', { config: { access: 'signed-in' } }, async (_request, reply) =>
    reply.code(204).send(),
  )

  app.post('/sign-out', { config: { access: 'anyone', fromAnywhere: true } }, async (request, reply) => {
    if (!userOf(request)) return reply.redirect('/sign-in', 303)
    const actor = actorOf(request)
    await signOut(request)
    await recordEvent(app.db, actor, { action: 'signed-out', subjectId: actor.userId })
    request.flash('notice', words.signIn.signedOut)
    return reply.header('clear-site-data', FORGET_EVERYTHING).redirect('/sign-in', 303)
  })
}
