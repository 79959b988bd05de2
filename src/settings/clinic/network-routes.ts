import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { plainIp } from '../../clinics/ip.ts'
import { shownNetwork } from '../../clinics/network.ts'
import { isInside, isLimited, shutsYouOut } from '../../clinics/networks.ts'
import { type FieldProblem, inWords } from '../../refusal.ts'
import { ROLES } from '../../roles/roles.ts'
import type { Confirmation } from '../../sessions/confirmation.ts'
import { actorOf, currentUser } from '../../sessions/session-of-request.ts'
import { requireVerified } from '../../sessions/verification-plugin.ts'
import { answersOf, type Form, fieldsOf, formOf } from '../../web/forms.ts'
import { words } from '../../words/en.ts'
import {
  NetworkForm,
  networkAnswers,
  networkProblems,
  networkRows,
  ROLE_FIELDS,
  ruleFrom,
} from './network-form.ts'
import { type NetworkRule, readNetworkRule, saveNetworkRule, versionOf } from './network-rule.ts'

const said = words.networks

declare module 'fastify' {
  interface Pages {
    'settings/clinic/networks': {
      form: Form
      rows: ReturnType<typeof networkRows>
      roles: { field: string; label: string }[]
      ip: string | null
      version: string
      changes: string[]
    }
  }
}

/** Settings > Clinic > Networks: from where people can use Frontdesk. */
export const networkRoutes: FastifyPluginAsyncTypebox = async (app) => {
  app.get('/', { config: { access: 'clinic.security' } }, async (request, reply) => {
    const rule = await readNetworkRule(app.db, currentUser(request).clinicId)
    return networksPage(request, reply, formOf(networkAnswers(rule)))
  })

  app.post(
    '/',
    {
      config: { access: 'clinic.security', verify: confirmation, rules, onInvalid: networksPage },
      schema: { body: NetworkForm },
    },
    async (request, reply) => {
      requireVerified(request)
      await saveNetworkRule(app.db, actorOf(request), wantedRule(request), request.body.version)
      request.flash('notice', said.saved)
      return reply.redirect('/settings/clinic/networks', 303)
    },
  )
}

function wantedRule(request: FastifyRequest): NetworkRule {
  const answers = fieldsOf(request)
  return ruleFrom((field) => answers[field])
}

/** Checked before anyone is asked for their password. */
async function rules(request: FastifyRequest): Promise<FieldProblem[]> {
  const answers = fieldsOf(request)
  const problems = networkProblems((field) => answers[field])
  if (problems.length > 0) return problems
  const { server, clientIp } = request
  const me = currentUser(request)
  const rule = wantedRule(request)
  const networks = rule.networks.map(({ network }) => network)
  if (!isLimited(rule, me) || (await isInside(server.db, clientIp, networks))) return []
  const field = ROLE_FIELDS.find(({ role }) => role === me.role)?.field ?? 'form'
  return [inWords(shutsYouOut(clientIp, field).problem)]
}

async function confirmation(request: FastifyRequest): Promise<Confirmation> {
  answersOf(request, NetworkForm)
  const rule = wantedRule(request)
  const { networks, roles } = ruleWords(rule)
  return {
    heading: said.heading,
    consequence: rule.limitedRoles.length > 0 ? said.consequence : said.consequenceOff,
    rows: [
      { label: said.list, value: networks, field: 'network1' },
      { label: said.roles, value: roles, field: ROLE_FIELDS[0]?.field ?? 'form' },
    ],
    button: said.save,
    asksForCode: true,
  }
}

function ruleWords({ networks, limitedRoles }: NetworkRule) {
  const listed = networks.map(({ network, label }) =>
    said.labelled({ network: shownNetwork(network), label }),
  )
  return {
    networks: listed.join(', ') || said.none,
    roles: limitedRoles.map((role) => ROLES[role].label).join(', ') || said.nobody,
  }
}

async function networksPage(request: FastifyRequest, reply: FastifyReply, form: Form): Promise<unknown> {
  const { server, clientIp } = request
  const rule = await readNetworkRule(server.db, currentUser(request).clinicId)
  const version = versionOf(rule)
  const { networks, roles } = ruleWords(rule)
  const now = [`${said.list}: ${networks}`, `${said.roles}: ${roles}`]
  return reply.page('settings/clinic/networks', {
    ...{ form, version, rows: networkRows(form.value) },
    roles: ROLE_FIELDS.map(({ role, field }) => ({ field, label: ROLES[role].label })),
    ip: clientIp && plainIp(clientIp),
    changes: form.value('version') === version ? [] : now,
  })
}
