import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import type { Database } from '../database/database.ts'
import type { User } from '../database/schema.ts'
import { type Actor, recordEvent } from '../events/events.ts'
import { Refusal, TooSoon } from '../refusal.ts'
import { elsewherePage, isElsewhere } from '../sessions/elsewhere-page.ts'
import { ANSWER_MAX_LENGTH } from '../sessions/new-passkey-page.ts'
import { LinkField } from '../sessions/opened-links-plugin.ts'
import { beginChallenge, partyOf, takeChallenge } from '../sessions/passkey-of-request.ts'
import { usePasskey } from '../sessions/passkeys.ts'
import { pendingOf } from '../sessions/pending-of-request.ts'
import { originOf } from '../sessions/session-of-request.ts'
import { countRequest, IP_TRIES_MAX, ipKey, ipMax, takeBackRequest } from '../sessions/throttling.ts'
import { admit } from './second-step-page.ts'
import { completeSignIn } from './sign-in.ts'
import { signInPage } from './sign-in-page.ts'

const PASSKEY_WINDOW_MINUTES = 5

const PasskeyForm = Type.Object(
  {
    passkey: Type.String({ minLength: 1, maxLength: ANSWER_MAX_LENGTH }),
    next: Type.Optional(Type.String({ maxLength: 2000 })),
    interrupted: Type.Optional(Type.String()),
    ...LinkField,
  },
  { additionalProperties: false },
)

/** With a passkey alone, which is both steps; or after the password, in place of a code. */
export const passkeySignInRoutes: FastifyPluginAsyncTypebox = async (app) => {
  app.post('/sign-in/passkey/start', { config: { access: 'guest' } }, async (request, reply) =>
    reply.type('application/json').send(await beginChallenge(request, reply)),
  )

  app.post(
    '/sign-in/passkey',
    { config: { access: 'guest', onInvalid: signInPage }, schema: { body: PasskeyForm } },
    async (request, reply) => {
      const { clinic } = request
      if (!clinic) return reply.code(404).page('set-up/not-set-up')
      const { ip, userAgent } = originOf(request)
      await countTry(app.db, ip, clinic.timeZone)
      const pending = await pendingOf(request)
      const challenge = await takeChallenge(request, reply)
      const asked = challenge ? { clinicId: clinic.id, party: partyOf(request), challenge } : null
      const user = asked && (await usePasskey(app.db, asked, request.body.passkey))
      const isTheirs = user && (!pending || pending.user.id === user.id)
      if (isTheirs && (await isElsewhere(request, user))) return elsewherePage(request, reply, user)
      const isIn = isTheirs && (await completeSignIn(app.db, { ip, userAgent }, user, 'passkey'))
      if (!isIn) {
        const nobody = { clinicId: clinic.id, userId: null, ip, userAgent }
        throw await refused(app.db, nobody, user ?? pending?.user)
      }
      await takeBackRequest(app.db, { key: triesKey(ip) })
      return admit(request, reply, user, { ...request.body, ...pending?.pending }, 'passkey')
    },
  )
}

/** @throws {TooSoon} */
async function countTry(db: Database, ip: string | null, timeZone: string): Promise<void> {
  const window = { max: ipMax(ip, IP_TRIES_MAX), windowMinutes: PASSKEY_WINDOW_MINUTES }
  const at = await countRequest(db, { key: triesKey(ip), ...window })
  if (at) throw new TooSoon(at, 'form', 'tooManyRequests', { at, timeZone })
}

function triesKey(ip: string | null): string {
  return `passkey:${ipKey(ip)}`
}

async function refused(db: Database, nobody: Actor, user: User | undefined): Promise<Refusal> {
  await recordEvent(db, nobody, { action: 'sign-in.refused', subjectId: user?.id ?? null })
  return new Refusal('form', 'passkeyUnknown')
}
