import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { inWords } from '../refusal.ts'
import { AppForm, appOf, type ShownSecret, shownSecret } from '../sessions/app-set-up-page.ts'
import { noteThisBrowser } from '../sessions/known-browser-of-request.ts'
import { keepNewCodes } from '../sessions/new-codes.ts'
import { keepOpened, LinkField, linksOf, openedIn, openLinksTo } from '../sessions/opened-links-plugin.ts'
import { CurrentPassword } from '../sessions/password-fields.ts'
import { pendingSecret } from '../sessions/pending-app.ts'
import { beginSetUp, pendingOf } from '../sessions/pending-of-request.ts'
import { originOf, startSession } from '../sessions/session-of-request.ts'
import { type Form, formOf } from '../web/forms.ts'
import { words } from '../words/en.ts'
import { readSetUpLink, type SetUpLink, type SetUpLinkState } from './second-step-links.ts'
import { beginAgain } from './second-step-page.ts'
import { setUpFirstApp } from './set-up-first-app.ts'
import { completeSignIn, signIn } from './sign-in.ts'
import { refusalFor } from './sign-in-page.ts'

declare module 'fastify' {
  interface Pages {
    'sign-in/set-up': { form: Form; setUp: SetUpLink; link: string }
    'sign-in/set-up-app': { form: Form; shown: ShownSecret; clinicName: string }
    'sign-in/set-up-closed': Exclude<SetUpLinkState, { state: 'open' }>
  }
}

const STATUS_CODES = { unknown: 404, used: 410, expired: 410, closed: 410 } as const

const PasswordForm = Type.Object(
  { currentPassword: CurrentPassword, ...LinkField },
  { additionalProperties: false },
)

/** The first second step, for whom sign-in asks for one: by the link in an email, and the password. */
export const setUpSecondStepRoutes: FastifyPluginAsyncTypebox = async (app) => {
  const keys = app.config.keys['two-step']
  openLinksTo(app, 'second step', { read: readSetUpLink, closed: 'sign-in/set-up-closed' })

  app.get('/', { config: { access: 'anyone' } }, async (request, reply) => linkPage(request, reply, formOf()))

  app.post(
    '/',
    { config: { access: 'anyone', onInvalid: linkPage }, schema: { body: PasswordForm } },
    async (request, reply) => {
      const { clinic } = request
      const link = await linkOf(request)
      if (link.state !== 'open' || !clinic) return linkPage(request, reply, formOf())
      const { ip, userAgent } = originOf(request)
      const attempt = { email: link.link.email, password: request.body.currentPassword, ip, userAgent }
      const result = await signIn(app.db, app.passwords, clinic, attempt)
      if ('refusal' in result) throw refusalFor(result, clinic, 'currentPassword')
      if (result.user.id !== link.link.userId) return linkPage(request, reply, formOf())
      await beginSetUp(request, result.user, { linkId: link.link.id })
      return reply.redirect('/set-up-second-step/app', 303)
    },
  )

  app.get('/app', { config: { access: 'guest' } }, async (request, reply) =>
    appPage(request, reply, formOf()),
  )

  app.post(
    '/app',
    { config: { access: 'guest', onInvalid: appPage }, schema: { body: AppForm } },
    async (request, reply) => {
      const found = await pendingOf(request)
      const secret = found && pendingSecret(keys, found.user, request.session.pendingApp)
      if (!found?.pending.setUp || !secret) return beginAgain(request, reply)
      const newApp = appOf(secret, request.body)
      if ('code' in newApp) {
        const { label } = request.body
        return appPage(request, reply.code(422), formOf({ label }, [inWords(newApp)]))
      }
      const from = originOf(request)
      const done = await setUpFirstApp(app.db, keys, { ...found, app: newApp, from })
      if (!done || !(await completeSignIn(app.db, from, done.user, 'code'))) return beginAgain(request, reply)
      await startSession(request, done.user, 'code')
      await noteThisBrowser(request, reply, done.user)
      request.session.newCodes = keepNewCodes(keys, done.user, done.codes)
      request.flash('notice', words.twoStep.setUp.done)
      return reply.redirect('/my-details/second-step/recovery-codes', 303)
    },
  )
}

async function linkPage(request: FastifyRequest, reply: FastifyReply, form: Form): Promise<unknown> {
  const link = await linkOf(request)
  if (link.state !== 'open') return reply.code(STATUS_CODES[link.state]).page('sign-in/set-up-closed', link)
  const opened = openedIn(request, 'second step')
  keepOpened(reply, 'second step', opened)
  return reply.page('sign-in/set-up', { form, setUp: link.link, link: opened })
}

async function appPage(request: FastifyRequest, reply: FastifyReply, form: Form): Promise<unknown> {
  const found = await pendingOf(request)
  const { clinic, session, server } = request
  const secret = found && pendingSecret(server.config.keys['two-step'], found.user, session.pendingApp)
  if (!found?.pending.setUp || !secret || !clinic) return beginAgain(request, reply)
  const of = { clinicName: clinic.name, email: found.user.email }
  return reply.page('sign-in/set-up-app', { form, shown: shownSecret(secret, of), clinicName: clinic.name })
}

function linkOf(request: FastifyRequest): Promise<SetUpLinkState> {
  return readSetUpLink(request.server.db, linksOf(request), openedIn(request, 'second step'))
}
