import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { inWords, problem } from '../refusal.ts'
import { AppForm, appOf, type ShownSecret, shownSecret } from '../sessions/app-set-up-page.ts'
import { elsewherePage, isElsewhere } from '../sessions/elsewhere-page.ts'
import { noteThisBrowser } from '../sessions/known-browser-of-request.ts'
import { keepNewCodes } from '../sessions/new-codes.ts'
import { PasskeyForm, passkeyOf } from '../sessions/new-passkey-page.ts'
import { keepOpened, LinkField, linksOf, openedIn, openLinksTo } from '../sessions/opened-links-plugin.ts'
import { offerPasskey } from '../sessions/passkey-of-request.ts'
import { CurrentPassword } from '../sessions/password-fields.ts'
import { openPendingApp } from '../sessions/pending-app.ts'
import { beginSetUp, pendingOf } from '../sessions/pending-of-request.ts'
import { originOf, startSession } from '../sessions/session-of-request.ts'
import { type Form, formOf } from '../web/forms.ts'
import { words } from '../words/en.ts'
import { readSetUpLink, type SetUpLink, type SetUpLinkState } from './second-step-links.ts'
import { beginAgain } from './second-step-page.ts'
import { setUpFirst } from './set-up-first.ts'
import { completeSignIn, signIn } from './sign-in.ts'
import { refusalFor } from './sign-in-page.ts'

declare module 'fastify' {
  interface Pages {
    'sign-in/set-up': { form: Form; setUp: SetUpLink; link: string }
    'sign-in/set-up-app': { form: Form; shown: ShownSecret; options: string; clinicName: string }
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
      if (result.next === 'elsewhere') return elsewherePage(request, reply, result.user)
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
      const opened = found && openPendingApp(keys, found.user, request.session.pendingApp)
      if (!found?.pending.setUp || !opened) return beginAgain(request, reply)
      const newApp = appOf(opened, request.body)
      if ('code' in newApp) {
        const { label } = request.body
        return appPage(request, reply.code(422), formOf({ label }, [inWords(newApp)]))
      }
      return setUp(request, reply, { app: newApp })
    },
  )

  app.post(
    '/passkey',
    { config: { access: 'guest', onInvalid: appPage }, schema: { body: PasskeyForm } },
    async (request, reply) => {
      const passkey = await passkeyOf(request, request.body)
      if (passkey) return setUp(request, reply, { passkey })
      const refused = inWords(problem('form', 'passkeyRefused'))
      return appPage(request, reply.code(422), formOf({}, [refused]))
    },
  )
}

async function setUp(
  request: FastifyRequest,
  reply: FastifyReply,
  step: Parameters<typeof setUpFirst>[2]['step'],
): Promise<unknown> {
  const { db, config } = request.server
  const keys = config.keys['two-step']
  const found = await pendingOf(request)
  if (!found?.pending.setUp) return beginAgain(request, reply)
  if (await isElsewhere(request, found.user)) return elsewherePage(request, reply, found.user)
  const from = originOf(request)
  const done = await setUpFirst(db, keys, { ...found, step, from })
  const secondStep = 'app' in step ? 'code' : 'passkey'
  if (!done || !(await completeSignIn(db, from, done.user, secondStep))) return beginAgain(request, reply)
  await startSession(request, done.user, secondStep)
  await noteThisBrowser(request, reply, done.user)
  request.session.newCodes = keepNewCodes(keys, done.user, done.codes)
  request.flash('notice', words.twoStep.setUp.done)
  return reply.redirect('/my-details/second-step/recovery-codes', 303)
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
  const opened = found && openPendingApp(server.config.keys['two-step'], found.user, session.pendingApp)
  if (!found?.pending.setUp || !opened || !clinic) return beginAgain(request, reply)
  const { name: clinicName } = clinic
  const shown = shownSecret(opened.secret, { clinicName, email: found.user.email })
  const options = await offerPasskey(request, found.user)
  return reply.page('sign-in/set-up-app', { form, shown, options, clinicName })
}

function linkOf(request: FastifyRequest): Promise<SetUpLinkState> {
  return readSetUpLink(request.server.db, linksOf(request), openedIn(request, 'second step'))
}
