import { randomUUID } from 'node:crypto'
import { type Insertable, sql } from 'kysely'
import type { Database } from '../database/database.ts'
import type { Id, SecondStep, User } from '../database/schema.ts'
import type { SessionsTable } from '../database/session-schema.ts'
import { type CurrentUser, liveSession } from './live-session.ts'
import { clinicIdIn, hashOf } from './session-token.ts'

type BegunWith = Pick<User, 'passwordHash' | 'factorGeneration'>

/** What has a column, or is read with the session. */
export interface StoredSession {
  /** Read with the session on every request; never written back. */
  user?: CurrentUser
  /** The session's id; `sessionId` is what @fastify/session calls its token. */
  stableId?: string
  userId?: Id
  signedInAt?: string
  /** What was shown after the password, and when; see `startSession`. */
  secondStep?: SecondStep | undefined
  secondStepAt?: string | undefined
  ip?: string | null
  userAgent?: string | null
  /** What was just shown, for the first save; never stored. */
  begunWith?: BegunWith
}

/** Columns are updated by their own SQL; everything else is JSON. Null if the session has ended. */
export async function readSession(db: Database, token: string): Promise<StoredSession | null> {
  const clinicId = clinicIdIn(token)
  const [row] = await liveSession(db, { clinicId, tokenHash: hashOf(token) })
  if (!row || (row.userId && !row.foundUserId)) return null
  const { data, stableId, signedInAt, userId, ip, userAgent, isStale, foundUserId, ...others } = row
  const { secondStep, secondStepAt, ...rest } = others
  if (isStale) await touchSession(db, token)
  const columns = {
    ...{ stableId, signedInAt: signedInAt?.toISOString(), userId, ip, userAgent },
    ...(secondStep && { secondStep, secondStepAt: secondStepAt?.toISOString() }),
  }
  const user = { ...rest, id: foundUserId, clinicId } as CurrentUser
  return { ...data, ...columns, ...(userId && { user }) } as StoredSession
}

async function touchSession(db: Database, token: string): Promise<void> {
  await db
    .updateTable('sessions')
    .set({ lastSeenAt: sql`now()` })
    .where('clinicId', '=', clinicIdIn(token))
    .where('tokenHash', '=', hashOf(token))
    .where('endedAt', 'is', null)
    .execute()
}

/** Never brings an ended token back, however late a slow request saves it; what is new may belong to an ended session. */
export async function saveSession(
  db: Database,
  token: string,
  session: StoredSession & { cookie: unknown },
): Promise<void> {
  const { user: _, cookie: __, stableId, userId, signedInAt, ip, userAgent, begunWith, ...others } = session
  const { secondStep, secondStepAt, ...rest } = others
  const data = JSON.stringify(rest)
  const identity = {
    userId: userId ?? null,
    signedInAt: signedInAt ? new Date(signedInAt) : null,
    secondStep: secondStep ?? null,
    secondStepAt: secondStepAt ? new Date(secondStepAt) : null,
    ip: ip ?? null,
    userAgent: userAgent ?? null,
    ...(stableId && { sessionId: stableId }),
  }
  const clinicId = clinicIdIn(token)
  const row = { clinicId, tokenHash: hashOf(token), data, sessionId: randomUUID(), ...identity }
  const insert = db.insertInto('sessions')
  const insertion = userId
    ? insert.columns(keysOf(row)).expression(whileActive(db, userId, row, begunWith))
    : insert.values(row)
  await insertion
    .onConflict((conflict) =>
      conflict
        .columns(['clinicId', 'tokenHash'])
        .doUpdateSet({ data, ...identity })
        .where('sessions.endedAt', 'is', null),
    )
    .execute()
}

/**
 * Waits for whoever is deactivating the person, or replacing the password or second step that was just shown: then there is no session to
 * save, and none that could revive.
 */
function whileActive(db: Database, userId: Id, row: Insertable<SessionsTable>, begunWith?: BegunWith) {
  return db
    .selectFrom('users')
    .select((eb) => keysOf(row).map((column) => eb.val(row[column]).as(column)))
    .where('clinicId', '=', row.clinicId)
    .where('id', '=', userId)
    .where('deactivatedAt', 'is', null)
    .$if(begunWith !== undefined, (person) =>
      person
        .where('passwordHash', '=', begunWith?.passwordHash ?? '')
        .where('factorGeneration', '=', begunWith?.factorGeneration ?? 0),
    )
    .forShare()
}

const keysOf = <Row extends object>(row: Row) => Object.keys(row) as (keyof Row & string)[]

/** A token that is being replaced has its end set already; that end stays. */
export async function endToken(db: Database, token: string): Promise<void> {
  await db
    .updateTable('sessions')
    .set({ endedAt: sql`coalesce(ended_at, now())` })
    .where('clinicId', '=', clinicIdIn(token))
    .where('tokenHash', '=', hashOf(token))
    .execute()
}
