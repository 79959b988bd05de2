import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { originUnder } from '../clinics/clinics.ts'
import { labelProblem } from '../clinics/labels.ts'
import { ownTimeZone, TIME_ZONES } from '../clinics/time-zones.ts'
import { linkIdOf } from '../emails/links.ts'
import { countAsked } from '../find-clinic/asked-of-request.ts'
import { type FieldProblem, inWords } from '../refusal.ts'
import { hideDuration } from '../sessions/hide-duration.ts'
import { passwordRules } from '../sessions/password-rules.ts'
import { originOf } from '../sessions/session-of-request.ts'
import { FIRST_RUN_FIELDS, firstRunProblems } from '../set-up/first-run-form.ts'
import { EmailField } from '../users/fields.ts'
import { lastNameOf } from '../users/last-name.ts'
import { type Form, fieldsOf, formOf } from '../web/forms.ts'
import { words } from '../words/en.ts'
import { inviteToSetUp, readClinicInvitation, setUpInvited } from './clinic-invitations.ts'

declare module 'fastify' {
  interface Pages {
    'new-clinic/ask': { form: Form }
    'new-clinic/asked': null
    'new-clinic/set-up': {
      form: Form
      action: string
      email: string
      hosts: string
      timeZones: readonly string[]
      passwordRules: readonly string[]
    }
    'new-clinic/ready': { url: string }
    'new-clinic/closed': { state: 'expired' | 'unknown' }
  }
}

const access = 'anyone'
const at = 'bare host'

const AskForm = Type.Object({ email: EmailField(words.signIn.enterEmail) }, { additionalProperties: false })

const { password, ...CLINIC_AND_NAME } = FIRST_RUN_FIELDS

const ClinicForm = Type.Object(
  {
    ...CLINIC_AND_NAME,
    label: Type.String({ minLength: 1, maxLength: 100, message: words.newClinic.enterLabel }),
    password,
  },
  { additionalProperties: false },
)

const LinkParams = Type.Object({ token: Type.String({ maxLength: 200 }) })

/** At the bare host: a clinic of one's own, by an invitation of the operator, or for anyone where sign-up is open. */
export const newClinicRoutes: FastifyPluginAsyncTypebox = async (app) => {
  if (app.config.isSignUpOpen) askRoutes(app)

  app.get('/:token', { config: { access, at }, schema: { params: LinkParams } }, async (request, reply) =>
    clinicPage(request, reply, formOf({ timeZone: ownTimeZone() })),
  )

  app.post(
    '/:token',
    {
      config: { access, at, onInvalid: clinicPage, rules: clinicRules },
      schema: { params: LinkParams, body: ClinicForm },
    },
    async (request, reply) => {
      const { token } = request.params
      const link = await readClinicInvitation(app.db, app.config.keys.links, token)
      if (link.state !== 'open') return clinicPage(request, reply, formOf())
      const { password, ...first } = request.body
      const passwordHash = await app.passwords.hash(password)
      await setUpInvited(app.db, linkIdOf(token) ?? '', originOf(request), {
        ...{ ...first, lastName: lastNameOf(first), passwordHash },
        ...{ email: link.email, label: first.label.toLowerCase() },
      })
      return reply.redirect(request.url, 303)
    },
  )
}

/** Only where sign-up is open: everyone gets the same answer, and the rest by email. */
function askRoutes(app: Parameters<FastifyPluginAsyncTypebox>[0]): void {
  app.get('/', { config: { access, at } }, async (_request, reply) =>
    reply.page('new-clinic/ask', { form: formOf() }),
  )

  app.post(
    '/',
    { config: { access, at, onInvalid: askPage }, schema: { body: AskForm } },
    async (request, reply) => {
      const { email } = request.body
      await hideDuration(countAsked(request, 'new clinic', email, inviteToSetUp))
      return reply.page('new-clinic/asked')
    },
  )
}

async function askPage(_request: FastifyRequest, reply: FastifyReply, form: Form): Promise<unknown> {
  return reply.page('new-clinic/ask', { form })
}

const STATUS_CODES = { unknown: 404, expired: 410 } as const

async function clinicPage(request: FastifyRequest, reply: FastifyReply, form: Form): Promise<unknown> {
  const { config } = request.server
  const link = await linkOf(request)
  if (link.state === 'used')
    return reply
      .code(200)
      .page('new-clinic/ready', { url: `${originUnder(config.publicUrl, link.label)}/sign-in` })
  if (link.state !== 'open') return reply.code(STATUS_CODES[link.state]).page('new-clinic/closed', link)
  return reply.page('new-clinic/set-up', {
    form,
    action: request.url,
    email: link.email,
    hosts: new URL(config.publicUrl).host,
    timeZones: TIME_ZONES,
    passwordRules: passwordRules(null),
  })
}

function linkOf({ server: { db, config }, params }: FastifyRequest) {
  return readClinicInvitation(db, config.keys.links, (params as { token: string }).token)
}

async function clinicRules(request: FastifyRequest): Promise<FieldProblem[]> {
  const fields = fieldsOf(request)
  const link = await linkOf(request)
  if (link.state !== 'open') return []
  const label = labelProblem(String(fields.label ?? '').toLowerCase())
  return [
    ...firstRunProblems({ ...fields, email: link.email }),
    ...(label && fields.label ? [inWords(label)] : []),
  ]
}
