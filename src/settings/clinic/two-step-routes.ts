import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { type Static, Type } from 'typebox'
import type { TwoStepRule } from '../../database/schema.ts'
import { type FieldProblem, inWords, problem } from '../../refusal.ts'
import { ROLES } from '../../roles/roles.ts'
import type { Confirmation } from '../../sessions/confirmation.ts'
import { actorOf, currentUser } from '../../sessions/session-of-request.ts'
import { requireVerified } from '../../sessions/verification-plugin.ts'
import { EmptyForm } from '../../users/fields.ts'
import { fullName } from '../../users/names.ts'
import { answersOf, type Form, fieldsOf, formOf } from '../../web/forms.ts'
import { plainDay } from '../../words/dates.ts'
import { words } from '../../words/en.ts'
import { type RuleSettings, readRule, remind, saveRule, whoLacks } from './two-step-rule.ts'

const said = words.twoStep.rule
const USUAL_NOTICE_DAYS = 14
const SHOWN_AT_MOST = 100

declare module 'fastify' {
  interface Pages {
    'settings/clinic/two-step': {
      form: Form
      rules: { value: TwoStepRule; label: string; hint: string }[]
      rememberChoices: (readonly [string, string])[]
      lacking: { id: string; name: string; role: string }[]
      lackingCount: number
      mayRemind: boolean
      hasOwn: boolean
    }
  }
}

const RULES = ['nobody', 'administrators', 'everybody'] as const satisfies TwoStepRule[]
const REMEMBER_DAYS = ['0', '7', '30'] as const

const RuleForm = Type.Object(
  {
    twoStep: Type.Unsafe<TwoStepRule>(Type.String({ enum: [...RULES], message: said.choose })),
    twoStepFrom: Type.Optional(Type.String({ maxLength: 20, message: { maxLength: said.badDate } })),
    rememberDays: Type.String({ enum: [...REMEMBER_DAYS], message: words.forms.chooseFromList }),
  },
  { additionalProperties: false },
)

/** Settings > Clinic > Two-step sign-in: who needs it, and from when. */
export const twoStepRuleRoutes: FastifyPluginAsyncTypebox = async (app) => {
  app.get('/', { config: { access: 'clinic.security' } }, async (request, reply) => {
    const { twoStep, twoStepFrom, rememberDays, today } = await ruleOf(request)
    const suggested = addDays(today, USUAL_NOTICE_DAYS)
    const form = formOf({
      twoStep,
      twoStepFrom: twoStepFrom ?? suggested,
      rememberDays: String(rememberDays),
    })
    return rulePage(request, reply, form)
  })

  app.post(
    '/',
    {
      config: { access: 'clinic.security', verify: ruleConfirmation, rules: dateRules, onInvalid: rulePage },
      schema: { body: RuleForm },
    },
    async (request, reply) => {
      requireVerified(request)
      await saveRule(app.db, actorOf(request), settingsFrom(request.body))
      request.flash('notice', said.saved)
      return reply.redirect('/settings/clinic/second-step', 303)
    },
  )

  app.post(
    '/remind',
    { config: { access: 'clinic.security', onInvalid: rulePage }, schema: { body: EmptyForm } },
    async (request, reply) => {
      request.flash('notice', said.reminded(await remind(app.db, actorOf(request))))
      return reply.redirect('/settings/clinic/second-step', 303)
    },
  )
}

function ruleOf(request: FastifyRequest) {
  return readRule(request.server.db, currentUser(request).clinicId)
}

function settingsFrom({ twoStep, twoStepFrom, rememberDays }: Static<typeof RuleForm>): RuleSettings {
  const day = twoStep === 'nobody' ? null : (twoStepFrom ?? '')
  return { twoStep, twoStepFrom: day, rememberDays: Number(rememberDays) }
}

/** Checked before anyone is asked for their password. */
async function dateRules(request: FastifyRequest): Promise<FieldProblem[]> {
  const { twoStep, twoStepFrom } = fieldsOf(request)
  if (twoStep === 'nobody') return []
  const { today, twoStepFrom: saved } = await ruleOf(request)
  const day = typeof twoStepFrom === 'string' ? twoStepFrom : ''
  if (!isDay(day)) return [{ field: 'twoStepFrom', message: said.badDate }]
  if (day < today && day !== saved) return [inWords(problem('twoStepFrom', 'ruleInThePast'))]
  const lacksOwn = currentUser(request).secondStepSince === null
  return lacksOwn ? [inWords(problem('twoStep', 'setUpYourOwn'))] : []
}

async function ruleConfirmation(request: FastifyRequest): Promise<Confirmation> {
  const { twoStep, twoStepFrom, rememberDays } = settingsFrom(answersOf(request, RuleForm))
  const remembered = said.rememberChoices[String(rememberDays) as '0']
  return {
    heading: said.heading,
    consequence: twoStepFrom ? said.consequence(plainDay(twoStepFrom)) : said.consequenceOff,
    rows: [
      { label: said.who, value: said.rules[twoStep].label, field: 'twoStep' },
      ...(twoStepFrom ? [{ label: said.from, value: plainDay(twoStepFrom), field: 'twoStepFrom' }] : []),
      { label: said.remember, value: remembered, field: 'rememberDays' },
    ],
    button: said.save,
    asksForCode: true,
  }
}

async function rulePage(request: FastifyRequest, reply: FastifyReply, form: Form): Promise<unknown> {
  const { clinicId, secondStepSince } = currentUser(request)
  const { twoStep } = await ruleOf(request)
  const lacking = await whoLacks(request.server.db, clinicId, twoStep)
  return reply.page('settings/clinic/two-step', {
    form,
    rules: RULES.map((value) => ({ value, ...said.rules[value] })),
    rememberChoices: REMEMBER_DAYS.map((days) => [days, said.rememberChoices[days]] as const),
    lacking: lacking
      .slice(0, SHOWN_AT_MOST)
      .map((user) => ({ id: user.id, name: fullName(user), role: ROLES[user.role].label })),
    lackingCount: lacking.length,
    mayRemind: twoStep !== 'nobody' && lacking.length > 0,
    hasOwn: secondStepSince !== null,
  })
}

function isDay(text: string): boolean {
  const isShaped = /^\d{4}-\d\d-\d\d$/.test(text)
  return isShaped && !Number.isNaN(Date.parse(text)) && new Date(text).toISOString().startsWith(text)
}

function addDays(day: string, days: number): string {
  return new Date(Date.parse(day) + days * 24 * 60 * 60 * 1_000).toISOString().slice(0, 10)
}
