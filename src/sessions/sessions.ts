import { sql } from 'kysely'
import type { Database, Transaction } from '../database/database.ts'
import { deleteOld, STEP } from '../database/delete-old.ts'
import type { Id } from '../database/schema.ts'
import { EndedMeanwhile } from '../refusal.ts'
import { forgetFormsOf } from './kept-forms.ts'

/** How long a replaced session id still serves: the second click of a double click carries it. */
const REPLACED_ID_SECONDS = 60

/** Four times as long as any session lasts, so that no slow request can still save one. */
export const SESSIONS_KEPT_HOURS = 48

/** The session in which somebody acts was ended meanwhile, on another device for example. */
export class SessionEnded extends EndedMeanwhile {
  override readonly name = 'SessionEnded'

  constructor() {
    super('Your session has ended meanwhile. Sign in again.')
  }
}

/** Ends one signed-in session under every id that it has had, and under one that is being given to it. */
export async function endSession(db: Database, lineage: string): Promise<void> {
  await db
    .updateTable('sessions')
    .set({ revokedAt: ENDED })
    .where('lineage', '=', lineage)
    .where(isOpen)
    .execute()
  await forgetFormsOf(db, [lineage])
}

/** Ends every session of a person but the one to keep, for good: reactivating revives none. */
export async function endSessionsOf(
  db: Database | Transaction,
  user: { clinicId: Id; id: Id },
  keep?: string,
): Promise<void> {
  const ended = await db
    .updateTable('sessions')
    .set({ revokedAt: ENDED })
    .where('clinicId', '=', user.clinicId)
    .where('userId', '=', user.id)
    .$if(keep !== undefined, (open) => open.where('lineage', '!=', keep as string))
    .where(isOpen)
    .returning('lineage')
    .execute()
  await forgetFormsOf(
    db,
    ended.map(({ lineage }) => lineage),
  )
}

/** Lets the present ids of a session run out soon; called before it gets a new one. */
export async function retireSessionIds(db: Database, lineage: string): Promise<void> {
  await db
    .updateTable('sessions')
    .set({ revokedAt: sql`now() + make_interval(secs => ${REPLACED_ID_SECONDS})` })
    .where('lineage', '=', lineage)
    .where('revokedAt', 'is', null)
    .execute()
}

/** @throws {SessionEnded} */
export async function requireSession(db: Database | Transaction, lineage: string): Promise<void> {
  const session = await db
    .selectFrom('sessions')
    .select('lineage')
    .where('lineage', '=', lineage)
    .where(isOpen)
    .where(hasNotEnded)
    .limit(1)
    .executeTakeFirst()
  if (!session) throw new SessionEnded()
}

/** A step of the sweep. */
export function forgetOldSessions(db: Database): Promise<number> {
  return deleteOld(
    db,
    sql`delete from sessions where id_hash in (
      select id_hash from sessions
      where last_seen_at < now() - make_interval(hours => ${SESSIONS_KEPT_HOURS})
      limit ${STEP} for update skip locked)`,
  )
}

/** This id serves; the session may have ended all the same. */
export const isOpen = sql<boolean>`(revoked_at is null or revoked_at > now())`

/** As against a replaced id, whose time has merely run out. */
const ENDED = sql<Date>`'-infinity'::timestamptz`

/** One ended id ends them all: also that which a request in flight has yet to save. */
export const hasNotEnded = sql<boolean>`not exists (
  select from sessions as ended
  where ended.lineage = sessions.lineage and ended.revoked_at = '-infinity')`
