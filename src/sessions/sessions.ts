import { sql } from 'kysely'
import type { Database, Transaction } from '../database/database.ts'
import type { Id } from '../database/schema.ts'

/** How long a replaced session id still serves: the second click of a double click carries it. */
const REPLACED_ID_SECONDS = 60

/** Four times as long as any session lasts, so that no slow request can still save one. */
const FORGOTTEN_AFTER_HOURS = 48

/** Ends one signed-in session under every id that it has had. */
export async function endSession(db: Database, lineage: string): Promise<void> {
  await db
    .updateTable('sessions')
    .set({ revokedAt: sql`now()` })
    .where('lineage', '=', lineage)
    .where(isOpen)
    .execute()
}

/** Ends every session of a person but the one to keep, for good: reactivating revives none. */
export async function endSessionsOf(
  db: Database | Transaction,
  user: { accountId: Id; id: Id },
  keep?: string,
): Promise<void> {
  await db
    .updateTable('sessions')
    .set({ revokedAt: sql`now()` })
    .where('accountId', '=', user.accountId)
    .where('userId', '=', user.id)
    .$if(keep !== undefined, (open) => open.where('lineage', '!=', keep as string))
    .where(isOpen)
    .execute()
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

/** Clears rows away that nothing can revive; called when somebody signs in, which is often enough. */
export async function forgetOldSessions(db: Database): Promise<void> {
  await sql`
    delete from sessions where id_hash in (
      select id_hash from sessions
      where last_seen_at < now() - make_interval(hours => ${FORGOTTEN_AFTER_HOURS})
      limit 1000 for update skip locked
    )`.execute(db)
}

const isOpen = sql<boolean>`(revoked_at is null or revoked_at > now())`
