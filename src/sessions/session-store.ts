import { randomUUID } from 'node:crypto'
import type { SessionStore as Store } from '@fastify/session'
import type { Session } from 'fastify'
import { type Insertable, sql } from 'kysely'
import type { Database } from '../database/database.ts'
import { prepared } from '../database/prepared.ts'
import type { Id } from '../database/schema.ts'
import type { SessionsTable } from '../database/session-schema.ts'
import { outageForBanner } from '../emails/outage.ts'
import type { Role } from '../roles/roles.ts'
import type { OutageCode } from '../words/en/email-failures.ts'
import { clinicIdIn, hashOf } from './session-token.ts'
import { hasNotEnded, isOpen } from './sessions.ts'

/** For signed-out browsers; a clinic sets its own. */
export const GUEST_IDLE_MINUTES = 30
export const SESSION_MAX_HOURS = 12

/** Recording every request's time would cost a write per page; this is exact enough. */
export const LAST_SEEN_SECONDS = 10

export interface CurrentUser {
  id: Id
  clinicId: Id
  firstName: string
  lastName: string
  email: string
  role: Role
  isOwner: boolean
  isPractitioner: boolean
  timeZone: string
  clinicName: string
  country: string
  /** The clinic's idle time-out. */
  idleMinutes: number
  /** Why no email can be sent, and since when. */
  emailOutage: { reason: OutageCode; since: string } | null
}

type Done<Result = never> = (error: unknown, result?: Result) => void

/** Sessions in PostgreSQL. Columns are updated by their own SQL; everything else is JSON. */
export class SessionStore implements Store {
  readonly #db: Database

  constructor(db: Database) {
    this.#db = db
  }

  get(token: string, done: Done<Session | null>): void {
    readSession(this.#db, token).then((session) => done(null, session), done)
  }

  set(token: string, session: Session, done: Done): void {
    saveSession(this.#db, token, session).then(() => done(null), done)
  }

  destroy(token: string, done: Done): void {
    endToken(this.#db, token).then(() => done(null), done)
  }
}

async function readSession(db: Database, token: string): Promise<Session | null> {
  const clinicId = clinicIdIn(token)
  const [row] = await liveSession(db, { clinicId, tokenHash: hashOf(token) })
  if (!row || (row.userId && !row.foundUserId)) return null
  const { data, stableId, signedInAt, userId, ip, userAgent, isStale, foundUserId, ...rest } = row
  if (isStale) await touchSession(db, token)
  const columns = { stableId, signedInAt: signedInAt?.toISOString(), userId, ip, userAgent }
  const user = { ...rest, id: foundUserId, clinicId } as CurrentUser
  return { ...data, ...columns, ...(userId && { user }) } as unknown as Session
}

const liveSession = prepared((db, { clinicId, tokenHash }: { clinicId: Id; tokenHash: Buffer }) =>
  db
    .selectFrom('sessions')
    .leftJoin('users', (join) =>
      join
        .onRef('users.id', '=', 'sessions.userId')
        .onRef('users.clinicId', '=', 'sessions.clinicId')
        .on('users.deactivatedAt', 'is', null),
    )
    .leftJoin('clinics', 'clinics.id', 'users.clinicId')
    .select(['sessionId as stableId', 'signedInAt', 'sessions.userId'])
    .select(['data', 'ip', 'userAgent', 'firstName', 'lastName', 'email', 'role', 'isOwner'])
    .select(['isPractitioner', 'users.timeZone', 'users.id as foundUserId'])
    .select(['clinics.name as clinicName', 'country', 'idleMinutes', outageForBanner.as('emailOutage')])
    .select(sql<boolean>`last_seen_at < now() - make_interval(secs => ${LAST_SEEN_SECONDS})`.as('isStale'))
    .where('sessions.clinicId', '=', clinicId)
    .where('tokenHash', '=', tokenHash)
    .where(isAlive),
)

const isAlive = sql<boolean>`
  ${isOpen} and ${hasNotEnded}
  and last_seen_at > now() - make_interval(mins => coalesce(idle_minutes, ${GUEST_IDLE_MINUTES}))
  and coalesce(signed_in_at, sessions.created_at) > now() - make_interval(hours => ${SESSION_MAX_HOURS})`

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
async function saveSession(db: Database, token: string, session: Session): Promise<void> {
  const {
    user: _,
    cookie: __,
    stableId,
    userId,
    signedInAt,
    ip,
    userAgent,
    verifiedHash,
    ...rest
  } = session as Session & { cookie: unknown }
  const data = JSON.stringify(rest)
  const identity = {
    userId: userId ?? null,
    signedInAt: signedInAt ? new Date(signedInAt) : null,
    ip: ip ?? null,
    userAgent: userAgent ?? null,
    ...(stableId && { sessionId: stableId }),
  }
  const clinicId = clinicIdIn(token)
  const row = { clinicId, tokenHash: hashOf(token), data, sessionId: randomUUID(), ...identity }
  const insert = db.insertInto('sessions')
  const insertion = userId
    ? insert.columns(keysOf(row)).expression(whileActive(db, userId, row, verifiedHash))
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
 * Waits for whoever is deactivating the person, or replacing the password that was just proved: then there is no session to
 * save, and none that could revive.
 */
function whileActive(db: Database, userId: Id, row: Insertable<SessionsTable>, verifiedHash?: string) {
  return db
    .selectFrom('users')
    .select((eb) => keysOf(row).map((column) => eb.val(row[column]).as(column)))
    .where('clinicId', '=', row.clinicId)
    .where('id', '=', userId)
    .where('deactivatedAt', 'is', null)
    .$if(verifiedHash !== undefined, (person) => person.where('passwordHash', '=', verifiedHash as string))
    .forShare()
}

const keysOf = <Row extends object>(row: Row) => Object.keys(row) as (keyof Row & string)[]

/** A token that is being replaced has its end set already; that end stays. */
async function endToken(db: Database, token: string): Promise<void> {
  await db
    .updateTable('sessions')
    .set({ endedAt: sql`coalesce(ended_at, now())` })
    .where('clinicId', '=', clinicIdIn(token))
    .where('tokenHash', '=', hashOf(token))
    .execute()
}
