import type { FastifyRequest } from 'fastify'
import { can, type Permission } from '../roles/roles.ts'
import { formatMoment } from '../words/dates.ts'
import { type CurrentUser, userOf } from './session.ts'
import { LAST_SEEN_SECONDS } from './session-store.ts'

export interface PageData {
  me: CurrentUser | null
  can: (permission: Permission) => boolean
  flash: { kind: string; text: string } | null
  path: string
  /** How long the page can stay unused before its session ends. */
  idleSeconds: number
  /** For people who send invitations: why email can't be sent, and since when. */
  emailOutage: { reason: string; since: string } | null
}

/** What every page knows about the person viewing it. */
export function pageData(request: FastifyRequest): PageData {
  const me = userOf(request)
  return {
    me,
    can: (permission) => me !== null && can(me, permission),
    flash: request.takeFlash(),
    emailOutage: me && can(me, 'users.invite') ? outageWords(me) : null,
    path: request.url.split('?', 1)[0] ?? '/',
    idleSeconds: (me?.idleMinutes ?? 0) * 60 - LAST_SEEN_SECONDS,
  }
}

function outageWords({ emailOutage, timeZone }: CurrentUser): PageData['emailOutage'] {
  return emailOutage && { ...emailOutage, since: formatMoment(new Date(emailOutage.since), timeZone) }
}
