import { sql } from 'kysely'
import { acrossClinics } from '../database/clinic-guard.ts'
import type { Database, Transaction } from '../database/database.ts'
import { deleteOld, STEP } from '../database/delete-old.ts'
import type { Id } from '../database/schema.ts'
import { SessionOver } from '../refusal.ts'
import { forgetFormsOf } from './kept-forms.ts'

/** How long a replaced token still works: the second click of a double click carries it. */
const OLD_TOKEN_GRACE_SECONDS = 60

/** Four times as long as any session lasts, so that no slow request can revive one. */
const SESSIONS_KEPT_HOURS = 48

export interface SessionKey {
  clinicId: Id
  sessionId: string
}

/** The session has ended in the meantime, such as from another device. */
export class SessionEnded extends SessionOver {
  override readonly name = 'SessionEnded'
}

/** Ends one session with every token that it has had, and with one that is just being given to it. */
export async function endSession(db: Database, { clinicId, sessionId }: SessionKey): Promise<void> {
  await db
    .updateTable('sessions')
    .set({ endedAt: ENDED })
    .where('clinicId', '=', clinicId)
    .where('sessionId', '=', sessionId)
    .where(isOpen)
    .execute()
  await forgetFormsOf(db, clinicId, [sessionId])
}

/** Ends all of a person's sessions except one, for good: reactivating revives none. */
export async function endSessionsOf(
  db: Database | Transaction,
  user: { clinicId: Id; id: Id },
  keep?: string,
): Promise<void> {
  const ended = await db
    .updateTable('sessions')
    .set({ endedAt: ENDED })
    .where('clinicId', '=', user.clinicId)
    .where('userId', '=', user.id)
    .$if(keep !== undefined, (open) => open.where('sessionId', '!=', keep as string))
    .where(isOpen)
    .returning('sessionId')
    .execute()
  await forgetFormsOf(
    db,
    user.clinicId,
    ended.map(({ sessionId }) => sessionId),
  )
}

/** Everyone's, for good. */
export async function endSessionsAt(trx: Transaction, clinicId: Id): Promise<void> {
  await trx
    .updateTable('sessions')
    .set({ endedAt: ENDED })
    .where('clinicId', '=', clinicId)
    .where(isOpen)
    .execute()
  await trx.deleteFrom('keptForms').where('clinicId', '=', clinicId).execute()
}

/** Lets the current token of a session run out soon; called before it gets a new one. */
export async function expireTokens(db: Database, { clinicId, sessionId }: SessionKey): Promise<void> {
  await db
    .updateTable('sessions')
    .set({ endedAt: sql`now() + make_interval(secs => ${OLD_TOKEN_GRACE_SECONDS})` })
    .where('clinicId', '=', clinicId)
    .where('sessionId', '=', sessionId)
    .where('endedAt', 'is', null)
    .execute()
}

/** @throws {SessionEnded} */
export async function requireSession(
  db: Database | Transaction,
  { clinicId, sessionId }: SessionKey,
): Promise<void> {
  const session = await db
    .selectFrom('sessions')
    .select('sessionId')
    .where('clinicId', '=', clinicId)
    .where('sessionId', '=', sessionId)
    .where(isOpen)
    .where(hasNotEnded)
    .limit(1)
    .executeTakeFirst()
  if (!session) throw new SessionEnded()
}

/** A step of the sweep. */
export function forgetOldSessions(db: Database): Promise<number> {
  return deleteOld(
    acrossClinics(db, 'the sweep is one for all'),
    sql`delete from sessions where (clinic_id, token_hash) in (
      select clinic_id, token_hash from sessions
      where last_seen_at < now() - make_interval(hours => ${SESSIONS_KEPT_HOURS})
      limit ${STEP} for update skip locked)`,
  )
}

/** This token works; the session may have ended all the same. */
export const isOpen = sql<boolean>`(ended_at is null or ended_at > now())`

/** As against a replaced token, whose time has merely run out. */
const ENDED = sql<Date>`'-infinity'::timestamptz`

/** One ended token ends them all: also one that a request in flight has yet to save. */
export const hasNotEnded = sql<boolean>`not exists (
  select from sessions as ended
  where ended.clinic_id = sessions.clinic_id and ended.session_id = sessions.session_id and ended.ended_at = '-infinity')`
