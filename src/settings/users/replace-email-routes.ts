import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import type { Id, IdentifiedBy } from '../../database/schema.ts'
import {
  replaceEmail,
  replacementRefusal,
  UNIDENTIFIED_WAIT_HOURS,
} from '../../email-changes/replace-email.ts'
import { type FieldProblem, inWords } from '../../refusal.ts'
import type { Confirmation } from '../../sessions/confirmation.ts'
import { actorOf, currentUser } from '../../sessions/session-of-request.ts'
import { requireVerified } from '../../sessions/verification-plugin.ts'
import { likelyTypo } from '../../users/email-rules.ts'
import { EmailField, IdParams } from '../../users/fields.ts'
import { fullName } from '../../users/names.ts'
import { formatPhone } from '../../users/phone-number.ts'
import { phoneNumbersOf } from '../../users/users.ts'
import { answersOf, type Form, formOf } from '../../web/forms.ts'
import { formatMoment } from '../../words/dates.ts'
import { words } from '../../words/en.ts'
import { userOfRequest } from './user-page.ts'

declare module 'fastify' {
  interface Pages {
    'settings/users/replace-email': {
      form: Form
      id: Id
      firstName: string
      name: string
      email: string
      phones: string[]
      waitHours: number
    }
  }
}

const CHOICES = ['phone', 'in person', 'not yet'] as const satisfies IdentifiedBy[]

const ReplaceEmailForm = Type.Object(
  {
    personEmail: EmailField(words.userEmail.enter),
    identifiedBy: Type.Unsafe<IdentifiedBy>(
      Type.String({ enum: [...CHOICES], message: words.userEmail.replace.missing }),
    ),
  },
  { additionalProperties: false },
)

/** The way back in for someone who lost both the mailbox and the password. */
export const replaceEmailRoutes: FastifyPluginAsyncTypebox = async (app) => {
  const params = IdParams

  app.get(
    '/:id/replace-email',
    { config: { access: 'users.edit' }, schema: { params } },
    async (request, reply) => {
      const [problem] = await replacementRules(request)
      if (!problem) return replacePage(request, reply, formOf())
      request.flash('warning', problem.message)
      return reply.redirect(`/settings/users/${request.params.id}`, 303)
    },
  )

  app.post(
    '/:id/replace-email',
    {
      config: {
        access: 'users.edit',
        verify: replaceConfirmation,
        onInvalid: replacePage,
        rules: replacementRules,
      },
      schema: { params, body: ReplaceEmailForm },
    },
    async (request, reply) => {
      const { personEmail: email, identifiedBy } = request.body
      const { id, firstName } = await userOfRequest(request)
      await replaceEmail(app.db, actorOf(request), id, { email, identifiedBy }, requireVerified(request))
      request.flash('notice', words.userEmail.replace.done({ name: firstName, email }))
      return reply.redirect(`/settings/users/${id}`, 303)
    },
  )
}

/** Checked early, so that no one types an address or a password in vain. */
async function replacementRules(request: FastifyRequest): Promise<FieldProblem[]> {
  const refusal = replacementRefusal(currentUser(request).id, await userOfRequest(request))
  return refusal ? [inWords(refusal.problem)] : []
}

async function replacePage(request: FastifyRequest, reply: FastifyReply, form: Form): Promise<unknown> {
  const user = await userOfRequest(request)
  const { db } = request.server
  const phones = await phoneNumbersOf(db, user)
  return reply.page('settings/users/replace-email', {
    ...{ form, id: user.id, firstName: user.firstName, name: fullName(user), email: user.email },
    phones: phones.map(({ number }) => formatPhone(number, currentUser(request).country)),
    waitHours: UNIDENTIFIED_WAIT_HOURS,
  })
}

async function replaceConfirmation(request: FastifyRequest): Promise<Confirmation> {
  const user = await userOfRequest(request)
  const { personEmail, identifiedBy } = answersOf(request, ReplaceEmailForm)
  const { timeZone } = currentUser(request)
  const lastSignIn = user.lastSignInAt ? formatMoment(user.lastSignInAt, timeZone) : words.users.never
  const waitHours = identifiedBy === 'not yet' ? UNIDENTIFIED_WAIT_HOURS : null
  const said = words.userEmail.replace
  return {
    heading: said.title({ name: fullName(user) }),
    consequence: said.consequence({ name: user.firstName, waitHours }),
    rows: [
      { label: words.users.emailNow, value: user.email, field: 'personEmail' },
      { label: words.users.newEmail, value: personEmail, field: 'personEmail' },
      { label: said.said, value: said.saidAnswers[identifiedBy], field: 'identifiedBy' },
      { label: words.users.lastSignIn, value: lastSignIn, field: 'form' },
    ],
    meant: likelyTypo(personEmail),
    asksForCode: true,
    button: words.users.sendLink,
  }
}
