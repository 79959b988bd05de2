import { sql } from 'kysely'
import { accessClosed } from '../../clinics/access-dates.ts'
import type { Database, Transaction } from '../../database/database.ts'
import type { Id, User } from '../../database/schema.ts'
import { oncePerSubmission } from '../../database/submissions.ts'
import { blockOf } from '../../emails/blocked-emails.ts'
import { type ActingUser, recordEvent } from '../../events/events.ts'
import { Refusal, TooSoon } from '../../refusal.ts'
import { lockForManaging } from '../../roles/acting-user.ts'
import { forgetBrowsers } from '../../sessions/known-browsers.ts'
import { endSessionsOf } from '../../sessions/sessions.ts'
import { sendPasswordReset } from '../../sign-in/password-resets.ts'

const PAUSE_SECONDS = 60
const LINKS_PER_DAY = 5

/** For a lost phone or an unlocked computer: ends all of someone's sessions, and what skips their code, but keeps their password. */
export function signOutEverywhere(
  db: Database,
  actor: ActingUser,
  id: Id,
  submissionId: string,
): Promise<Id> {
  return oncePerSubmission(db, actor.clinicId, submissionId, async (trx) => {
    const target = await lockActive(trx, actor, id, 'signOutOneself')
    await endSessionsOf(trx, target)
    await forgetBrowsers(trx, target)
    await recordEvent(trx, actor, { action: 'sessions.ended', subjectId: id, submissionId })
    return id
  })
}

/** For someone who can't sign in. The administrator never sees the link, and the old password works until it's used. */
export function sendPasswordLink(db: Database, actor: ActingUser, id: Id, submissionId: string): Promise<Id> {
  return oncePerSubmission(db, actor.clinicId, submissionId, async (trx) => {
    const target = await lockActive(trx, actor, id, 'linkForOneself')
    const block = await blockOf(trx, target.email)
    if (block) throw new Refusal('form', 'emailBlocked', { email: target.email, reason: block.reason })
    await refuseTooSoon(trx, target)
    await sendPasswordReset(trx, target, actor.userId)
    await recordEvent(trx, actor, {
      action: 'password.link-sent',
      subjectId: id,
      submissionId,
      after: { email: target.email },
    })
    return id
  })
}

async function lockActive(
  trx: Transaction,
  actor: ActingUser,
  id: Id,
  aboutOneself: 'signOutOneself' | 'linkForOneself',
): Promise<User> {
  const { target } = await lockForManaging(trx, actor, id, 'users.edit')
  if (id === actor.userId) throw new Refusal('form', aboutOneself)
  if (!target.joinedAt || target.deactivatedAt)
    throw new Refusal('form', 'notActive', { name: target.firstName })
  if (await accessClosed(trx, target)) throw new Refusal('form', 'noAccessToday', { name: target.firstName })
  return target
}

/** Counts only links that administrators sent, or a stranger could use up the day's limit at Forgot password. */
async function refuseTooSoon(trx: Transaction, user: User): Promise<void> {
  const { rows } = await sql<{ pause: Date | null; day: Date | null; isPaused: boolean; isFull: boolean }>`
    with sent as (
      select created_at, row_number() over (order by id desc) as back
      from password_resets
      where clinic_id = ${user.clinicId} and user_id = ${user.id} and requested_by is not null
    ), limits as (
      select
        max(created_at) filter (where back = 1) + make_interval(secs => ${PAUSE_SECONDS}) as pause,
        max(created_at) filter (where back = ${LINKS_PER_DAY}) + interval '1 day' as day
      from sent
    )
    select pause, day, coalesce(pause > now(), false) as "isPaused", coalesce(day > now(), false) as "isFull"
    from limits`.execute(trx)
  const [limits] = rows
  if (limits?.day && limits.isFull)
    throw new TooSoon(limits.day, 'form', 'linksToday', { name: user.firstName })
  if (limits?.pause && limits.isPaused)
    throw new TooSoon(limits.pause, 'form', 'linkJustSent', { name: user.firstName })
}
