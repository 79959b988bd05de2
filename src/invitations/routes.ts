import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { accessClosed } from '../clinics/access-dates.ts'
import type { FieldProblem } from '../refusal.ts'
import { mayInvite, ROLES, withArticle } from '../roles/roles.ts'
import { elsewherePage, isElsewhere } from '../sessions/elsewhere-page.ts'
import { hideDuration } from '../sessions/hide-duration.ts'
import { noteThisBrowser } from '../sessions/known-browser-of-request.ts'
import { keepOpened, LinkField, linksOf, openedIn, openLinksTo } from '../sessions/opened-links-plugin.ts'
import { Password } from '../sessions/password-fields.ts'
import { passwordProblems, passwordRules } from '../sessions/password-rules.ts'
import { beginPending, beginSetUp } from '../sessions/pending-of-request.ts'
import { needsSecondStep } from '../sessions/second-steps.ts'
import { originOf, signOut, startSession, userOf } from '../sessions/session-of-request.ts'
import { fullName } from '../users/names.ts'
import { type Form, fieldsOf, formOf } from '../web/forms.ts'
import { formatMoment } from '../words/dates.ts'
import { words } from '../words/en.ts'
import { acceptInvitation, type LinkState, type OpenLink, readLink } from './join.ts'
import { requestByLink } from './request-invitation.ts'

declare module 'fastify' {
  interface Pages {
    'invitations/join': ShownLink &
      OpenLink & { form: Form; passwordRules: readonly string[]; startsOn: string | null }
    'invitations/signed-in-already': ShownLink & OpenLink
    'invitations/closed':
      | { state: 'unknown' }
      | (ShownLink & Exclude<LinkState, OpenLink | { state: 'unknown' }>)
    'invitations/requested': null
  }
}

const JoinForm = Type.Object({ password: Password, ...LinkField }, { additionalProperties: false })

interface ShownLink {
  link: string
  moment: (date: Date) => string
  canAskInviter: boolean
  roleWords: string
  inviter: string
  invitee: string
}

export const joinRoutes: FastifyPluginAsyncTypebox = async (app) => {
  openLinksTo(app, 'invitation', { read: readLink, closed: 'invitations/closed' })

  app.get('/', { config: { access: 'anyone' } }, async (request, reply) => joinPage(request, reply, formOf()))

  app.post(
    '/',
    { config: { access: 'anyone', onInvalid: joinPage, rules: joinRules }, schema: { body: JoinForm } },
    async (request, reply) => {
      const link = await linkOf(request)
      if (link.state !== 'open' || userOf(request) || (await isElsewhere(request, link.user)))
        return joinPage(request, reply, formOf())
      const { ip, userAgent } = originOf(request)
      const hash = await app.passwords.hash(request.body.password)
      const user = await acceptInvitation(app.db, link, hash, { ip, userAgent })
      if (!user) return joinPage(request, reply, formOf())
      if (await accessClosed(app.db, user)) {
        const [name, day] = [user.firstName, user.accessFrom ?? '']
        request.flash('notice', words.invitations.join.doneEarly({ clinicName: link.clinicName, name, day }))
        return reply.redirect('/sign-in', 303)
      }
      // Someone who was reactivated has theirs: a new password from a mailbox doesn't stand in for it.
      if (user.secondStepSince) {
        await beginPending(request, user, {})
        return reply.redirect('/sign-in/code', 303)
      }
      if (user.mustSetUpSecondStep || (request.clinic && needsSecondStep(request.clinic, user))) {
        await beginSetUp(request, user, { joined: true })
        return reply.redirect('/set-up-second-step/app', 303)
      }
      await startSession(request, user)
      await noteThisBrowser(request, reply, user)
      request.flash(
        'notice',
        words.invitations.join.done({
          ...{ clinicName: link.clinicName, name: user.firstName, welcome: ROLES[user.role].welcome },
        }),
      )
      return reply.redirect('/my-details', 303)
    },
  )

  // The same answer whatever the link refers to, and whether or not anyone is notified.
  app.post('/request', { config: { access: 'anyone' } }, async (request, reply) => {
    const { ip, userAgent } = originOf(request)
    await hideDuration(linkOf(request).then((link) => requestByLink(app.db, link, { ip, userAgent })))
    return reply.page('invitations/requested')
  })

  app.post('/sign-out', { config: { access: 'anyone', fromAnywhere: true } }, async (request, reply) => {
    await signOut(request)
    keepOpened(reply, 'invitation', openedIn(request, 'invitation'))
    return reply.redirect('/join', 303)
  })
}

async function joinPage(request: FastifyRequest, reply: FastifyReply, form: Form): Promise<unknown> {
  const link = await linkOf(request)
  // Used and cancelled links are 410 Gone; an unknown link is 404.
  if (link.state === 'unknown') return reply.code(404).page('invitations/closed', link)
  const shown: ShownLink = {
    link: openedIn(request, 'invitation'),
    moment: (date) => formatMoment(date, link.user.timeZone),
    canAskInviter: mayInvite(link.invitation.inviter, link.user),
    roleWords: withArticle(link.user),
    inviter: fullName({
      firstName: link.invitation.inviterFirstName,
      lastName: link.invitation.inviterLastName,
    }),
    invitee: fullName(link.user),
  }
  if (link.state !== 'open') return reply.code(410).page('invitations/closed', { ...link, ...shown })
  if (userOf(request)) return reply.page('invitations/signed-in-already', { ...link, ...shown })
  if (await isElsewhere(request, link.user)) return elsewherePage(request, reply, link.user)
  const startsOn = (await accessClosed(request.server.db, link.user)) && link.user.accessFrom
  return reply.page('invitations/join', {
    ...link,
    ...shown,
    form,
    passwordRules: passwordRules(request.clinic),
    startsOn,
  })
}

function linkOf(request: FastifyRequest): Promise<LinkState> {
  return readLink(request.server.db, linksOf(request), openedIn(request, 'invitation'))
}

async function joinRules(request: FastifyRequest): Promise<FieldProblem[]> {
  const link = await linkOf(request)
  if (link.state !== 'open') return []
  const { password } = fieldsOf(request)
  const { firstName, lastName, email } = link.user
  return passwordProblems(
    password,
    { firstName, lastName, email, clinicName: link.clinicName },
    request.clinic,
  )
}
