import { sql } from 'kysely'
import type { Database } from '../database/database.ts'
import type { Id } from '../database/schema.ts'
import { type ActingUser, recordEvent } from '../events/events.ts'
import { forgetBrowsers } from '../sessions/known-browsers.ts'
import { endSession, endSessionsOf, hasNotEnded } from '../sessions/sessions.ts'

export interface MySession {
  sessionId: string
  userAgent: string | null
  ip: string | null
  secondsAgo: number
}

/** Where someone is signed in, most recent first. */
export async function sessionsOf(
  db: Database,
  user: { clinicId: Id; id: Id },
  maxHours: number,
): Promise<MySession[]> {
  const { rows } = await sql<MySession>`
    select session_id, user_agent, ip, extract(epoch from now() - last_seen_at)::int as seconds_ago
    from (
      select distinct on (session_id) * from sessions
      where clinic_id = ${user.clinicId} and user_id = ${user.id} and ended_at is null and ${hasNotEnded}
      order by session_id, last_seen_at desc
    ) as latest
    where last_seen_at > now() - make_interval(mins => (select idle_minutes from clinics where id = clinic_id))
      and coalesce(signed_in_at, created_at) > now() - make_interval(hours => ${maxHours})
    order by last_seen_at desc`.execute(db)
  return rows
}

/** Signs out one of the person's own devices; other people's sessions don't exist for them. */
export async function endMySession(db: Database, actor: ActingUser, sessionId: string): Promise<boolean> {
  const session = await db
    .selectFrom('sessions')
    .select('sessionId')
    .where('clinicId', '=', actor.clinicId)
    .where('userId', '=', actor.userId)
    .where('sessionId', '=', sessionId)
    .executeTakeFirst()
  if (!session) return false
  await endSession(db, { clinicId: actor.clinicId, sessionId })
  await recordEvent(db, actor, { action: 'session.ended', subjectId: actor.userId })
  return true
}

/** Also what skips the code: a lost laptop may be one of them. */
export async function endOtherSessions(db: Database, actor: ActingUser, own: string): Promise<void> {
  const me = { clinicId: actor.clinicId, id: actor.userId }
  await endSessionsOf(db, me, own)
  await forgetBrowsers(db, me)
  await recordEvent(db, actor, { action: 'sessions.ended-elsewhere', subjectId: actor.userId })
}
