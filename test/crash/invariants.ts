import { type RawBuilder, sql } from 'kysely'
import { hasNotEnded, isOpen } from '../../src/sessions/sessions.ts'
import type { Attempt } from './attempt.ts'
import { everyCopy } from './post-office.ts'
import type { Processes } from './processes.ts'

/** What must hold after every round, whatever died in it. Each finds what breaks it. */
type Invariant = (processes: Processes, attempts: Attempt[]) => Promise<string[]>

const EVENTS: Partial<Record<Attempt['kind'], string>> = {
  creation: 'user.added',
  resend: 'invitation.sent',
  join: 'user.joined',
  deactivation: 'user.deactivated',
  'password reset asked for': 'password.reset-requested',
  'password reset': 'password.reset',
  'second step reset': 'second-step.reset',
}

export const INVARIANTS: Record<string, Invariant> = {
  'every answer says what is the matter': async (_processes, attempts) =>
    attempts.flatMap(({ tag, outcome, said }) => (outcome === 'failed' ? [`${tag}: ${said}`] : [])),

  'every acknowledged attempt is there, and once': async (processes, attempts) => {
    const { rows } = await sql<{ key: string; count: number }>`
      select user_agent || ' ' || action as key, count(*)::int as count from events group by 1`.execute(
      processes.db(),
    )
    const counts = new Map(rows.map(({ key, count }) => [key, count]))
    return attempts.flatMap((attempt) => {
      const action = EVENTS[attempt.kind]
      if (!action) return []
      const count = counts.get(`${attempt.tag} ${action}`) ?? 0
      const isRight = attempt.outcome === 'acknowledged' ? count >= 1 : true
      return isRight && count <= 1
        ? []
        : [`${attempt.kind} ${attempt.tag} (${attempt.outcome}): ${count} events`]
    })
  },

  'a second step is there whole, or not at all': async (processes) => {
    const { rows } = await sql<{ email: string; apps: number; codes: number; untold: number; isOn: boolean }>`
      select email, second_step_since is not null as is_on,
        (select count(*)::int from code_apps where user_id = users.id and removed_at is null) as apps,
        (select count(*)::int from recovery_codes where user_id = users.id) as codes,
        (select count(*)::int from code_apps where user_id = users.id) -
          (select count(*)::int from emails where user_id = users.id and second_step_change = 'app added') as untold
      from users`.execute(processes.db())
    return rows
      .filter(
        ({ isOn, apps, codes, untold }) =>
          (isOn ? apps < 1 || codes !== 10 : apps + codes > 0) || untold !== 0,
      )
      .map((row) => JSON.stringify(row))
  },

  'a reset of a second step is told, and leads to a link': (processes) =>
    found(
      processes,
      sql`select email from users, lateral (
        select count(*) filter (where action = 'second-step.reset') as resets, count(*) as links
        from events where subject_id = users.id and action in ('second-step.reset', 'second-step.link-sent')) as done
        where resets <> (select count(*) from emails where user_id = users.id and second_step_change = 'reset')
          or links <> (select count(*) from second_step_links where user_id = users.id and exists (
            select from emails where second_step_link_id = second_step_links.id))
          or (must_set_up_second_step and second_step_since is not null)`,
    ),

  'every acknowledged report of Postmark is there': async (processes, attempts) => {
    const reported = attempts.filter((attempt) => attempt.report && attempt.outcome === 'acknowledged')
    const emails = await processes.db().selectFrom('emails').selectAll().execute()
    const byId = new Map(emails.map((email) => [email.id, email]))
    return reported.flatMap(({ report, tag }) => {
      const email = byId.get(report?.emailId ?? '')
      // Of two copies only one's number can be known, and what is said of the other changes nothing.
      if (!report || (email && email.messageId !== report.messageId)) return []
      const fact = { delivery: email?.deliveredAt, complaint: email?.complainedAt }
      const isThere = { ...fact, softBounce: email?.bouncedAt, hardBounce: email?.bouncedAt }
      return isThere[report.kind] ? [] : [`${tag}: ${report.kind} of ${report.emailId}`]
    })
  },

  'no person without invitation, event and email': (processes) =>
    found(
      processes,
      sql`select email from users where not is_owner and not (
        exists (select from invitations where user_id = users.id)
        and exists (select from emails join invitations on invitations.id = invitation_id where invitations.user_id = users.id)
        and 1 = (select count(*) from events where subject_id = users.id and action = 'user.added'))`,
    ),

  'every invitation has its event and its email': (processes) =>
    found(
      processes,
      sql`select email from users where
        (select count(*) from invitations where user_id = users.id) <>
        (select count(*) from events where subject_id = users.id and action = 'invitation.sent')
        union all
        select 'invitation ' || id from invitations where not exists (select from emails where invitation_id = invitations.id)`,
    ),

  'every email is sent at least once, or no longer wanted': async (processes) => {
    const taken = new Set(everyCopy(processes).flatMap((copy) => (copy.isTaken ? [copy.emailId] : [])))
    const emails = await processes.db().selectFrom('emails').selectAll().execute()
    return emails.flatMap(({ id, sentAt, failureKind, failure, kind }) => {
      const isRight = sentAt ? taken.has(id) : failureKind === 'unwanted'
      return isRight ? [] : [`${kind} ${id}: ${sentAt ? 'never reached Postmark' : `not sent; ${failure}`}`]
    })
  },

  'no email is sent of what did not happen': async (processes) => {
    const rows = await processes.db().selectFrom('emails').select(['id', 'recipient']).execute()
    const known = new Set(rows.map(({ id, recipient }) => `${id} ${recipient}`))
    return everyCopy(processes).flatMap(({ emailId, to }) =>
      known.has(`${emailId} ${to}`) ? [] : [`${emailId} ${to}`],
    )
  },

  'all copies of an email carry the same link': async (processes) => {
    const links = new Map<string, Set<string | null>>()
    for (const { emailId, link } of everyCopy(processes))
      links.set(emailId, (links.get(emailId) ?? new Set()).add(link))
    return [...links].flatMap(([id, each]) => (each.size === 1 ? [] : [`${id}: ${[...each]}`]))
  },

  'each link is used at most once': async (processes, attempts) => [
    ...attempts.flatMap((attempt) => {
      const isLink = attempt.kind === 'join' || attempt.kind === 'password reset'
      return isLink && attempt.acknowledgements > 1
        ? [`${attempt.tag}: ${attempt.acknowledgements} were told so`]
        : []
    }),
    ...(await found(
      processes,
      sql`select email from users where not is_owner and (
        (select count(*) from events where subject_id = users.id and action = 'user.joined') <>
        (select count(*) from invitations where user_id = users.id and accepted_at is not null)
        or (select count(*) from events where subject_id = users.id and action = 'user.joined') > 1)`,
    )),
    ...(await found(
      processes,
      sql`select email from users where
        (select count(*) from events where subject_id = users.id and action = 'password.reset') <>
        (select count(*) from password_resets where user_id = users.id and used_at is not null)`,
    )),
  ],

  'at least one administrator is active': (processes) =>
    found(
      processes,
      sql`select 'nobody' where not exists (select from users where role = 'administrator'
        and joined_at is not null and password_hash is not null and deactivated_at is null)`,
    ),

  'nobody who is deactivated has a session': (processes) =>
    found(
      processes,
      sql`select users.email from users join sessions on sessions.user_id = users.id
        where deactivated_at is not null and ${isOpen} and ${hasNotEnded}`,
    ),

  'nobody who is deactivated has an open invitation, to them or by them': (processes) =>
    found(
      processes,
      sql`select email from users where deactivated_at is not null and exists (
        select from invitations where users.id in (user_id, invited_by) and accepted_at is null and revoked_at is null)`,
    ),

  'no lease is older than its time': (processes) =>
    found(
      processes,
      sql`select id::text from emails
        where leased_until is not null and (sent_at is not null or failed_at is not null
        or leased_until < now() or leased_until > now() + interval '60 seconds')`,
    ),

  'every attempt has its event': (processes) =>
    found(
      processes,
      sql`select email from users where not is_owner and (
        (joined_at is not null) <> exists (select from events where subject_id = users.id and action = 'user.joined')
        or (deactivated_at is not null) <> exists (select from events where subject_id = users.id and action = 'user.deactivated')
        or (select count(*) from password_resets where user_id = users.id) <>
          (select count(*) from events where subject_id = users.id and action = 'password.reset-requested'
            and created_at < coalesce(users.deactivated_at, 'infinity'))
        or (select count(*) from emails where user_id = users.id and kind = 'password changed') <>
          (select count(*) from events where subject_id = users.id and action = 'password.reset'))`,
    ),
}

async function found(processes: Processes, query: RawBuilder<unknown>): Promise<string[]> {
  const { rows } = await query.execute(processes.db())
  return rows.map((row) => String(Object.values(row as object)[0]))
}
