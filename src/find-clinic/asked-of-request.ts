import type { FastifyRequest } from 'fastify'
import { INSTALLATION } from '../database/columns.ts'
import type { Transaction } from '../database/database.ts'
import { TooSoon } from '../refusal.ts'
import { originOf } from '../sessions/session-of-request.ts'
import { accountKey, countRequest, ipKey, ipMax } from '../sessions/throttling.ts'

const REQUESTS_PER_IP = 10
const REQUESTS_WINDOW_MINUTES = 60
/** For one address, whoever asks. */
const ONE_EMAIL_MINUTES = 15

/**
 * For what anyone can ask the installation to email. What an address is sent too often is left out without a word, or it
 * would tell who else has asked.
 * @throws {TooSoon} for the network's limit
 */
export async function countAsked(
  request: FastifyRequest,
  what: 'find clinics' | 'new clinic',
  email: string,
  send: (trx: Transaction, email: string) => Promise<void>,
): Promise<void> {
  const { db } = request.server
  const { ip } = originOf(request)
  const key = `${what} ${ipKey(ip)}`
  const next = await countRequest(db, {
    key,
    max: ipMax(ip, REQUESTS_PER_IP),
    windowMinutes: REQUESTS_WINDOW_MINUTES,
  })
  if (next) throw new TooSoon(next, 'form', 'tooManyRequests', { at: next, timeZone: 'UTC' })
  const own = `${what} ${accountKey({ clinicId: INSTALLATION, email })}`
  if (!(await countRequest(db, { key: own, max: 1, windowMinutes: ONE_EMAIL_MINUTES })))
    await db.transaction().execute((trx) => send(trx, email))
}
