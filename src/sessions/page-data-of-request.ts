import type { FastifyRequest } from 'fastify'
import { can, type Permission } from '../roles/roles.ts'
import { formatMoment, plainDay } from '../words/dates.ts'
import type { OutageCode } from '../words/en/email-failures.ts'
import { words } from '../words/en.ts'
import { LAST_SEEN_SECONDS } from './live-session.ts'
import { needsSecondStep } from './second-steps.ts'
import { type CurrentUser, userOf } from './session-of-request.ts'

interface PageData {
  me: CurrentUser | null
  can: (permission: Permission) => boolean
  flash: { kind: string; text: string } | null
  path: string
  /** How long the page can stay unused before its session ends. */
  idleSeconds: number
  /** For people who send invitations: why email can't be sent, and since when. */
  emailOutage: { reason: OutageCode; since: string } | null
  /** When the clinic is deleted. */
  closing: string | null
  /** Where people find their clinic; null where there is only one. */
  findUrl: string | null
  /** For someone who needs a second step soon and has none. */
  secondStepDue: string | null
}

/** What every page knows about the person viewing it. */
export function pageData(request: FastifyRequest): PageData {
  const me = userOf(request)
  const { config } = request.server
  const emailOutage = me && can(me, 'users.invite') ? me.emailOutage : null
  return {
    me,
    can: (permission) => me !== null && can(me, permission),
    flash: request.takeFlash(),
    emailOutage: emailOutage && {
      ...emailOutage,
      since: formatMoment(new Date(emailOutage.since), me?.timeZone ?? ''),
    },
    secondStepDue: secondStepDue(request, me),
    closing: closingWords(request, me),
    findUrl: config.hasManyClinics ? `${config.publicUrl}/find` : null,
    path: request.url.split('?', 1)[0] ?? '/',
    idleSeconds: (me?.idleMinutes ?? 0) * 60 - LAST_SEEN_SECONDS,
  }
}

function closingWords({ clinic }: FastifyRequest, me: CurrentUser | null): string | null {
  if (!me || !clinic?.closesAt) return null
  return words.closing.banner({ at: formatMoment(clinic.closesAt, me.timeZone) })
}

function secondStepDue({ clinic }: FastifyRequest, me: CurrentUser | null): string | null {
  if (!me || !clinic || me.secondStepSince) return null
  if (needsSecondStep(clinic, me)) return words.twoStep.banner.now
  const { twoStep: twoStepNow, twoStepFrom } = clinic
  return twoStepFrom && needsSecondStep({ twoStepNow }, me)
    ? words.twoStep.banner.due(plainDay(twoStepFrom))
    : null
}
