import { createHash } from 'node:crypto'
import type pg from 'pg'

/** What a list asks for, as plain values: here nobody checks them. */
export interface BaselineQuestion {
  clinic: string
  /** A pattern for `like`, and the beginning of a name that it is, last or first. */
  search?: string
  begins?: string
  status?: 'invited' | 'deactivated'
  role?: string
  practitioner?: 'yes' | 'no'
  sort?: 'name' | '-last-sign-in'
  /** Where the page begins: a sort name and an id. */
  key?: string
  id?: string
}

const PAGE = 51
const LOOKED_AT_FIRST = 1_000
const COUNTED_MAX = 1_001

const HAS_OPEN_INVITATION = `coalesce((
  select true from invitations
  where clinic_id = users.clinic_id and user_id = users.id
    and accepted_at is null and revoked_at is null and expires_at > now()), false)`

const NEWEST_EMAIL = `case when deactivated_at is null and (joined_at is null or needs_attention) then (
  select jsonb_build_object('createdAt', created_at, 'sentAt', sent_at, 'messageId', message_id, 'failedAt', failed_at,
    'failureKind', failure_kind, 'deliveredAt', delivered_at, 'bouncedAt', bounced_at, 'bounceReason', bounce_reason,
    'bounceIsFinal', bounce_is_final, 'complainedAt', complained_at)
  from emails where emails.clinic_id = users.clinic_id and emails.user_id = users.id order by emails.id desc limit 1)
  end`

const COLUMNS = `id, first_name, last_name, role, is_practitioner, is_owner, last_sign_in_at, sort_name,
  case when deactivated_at is not null then 'deactivated' when joined_at is not null then 'active'
    when ${HAS_OPEN_INVITATION} then 'invited' else 'invitation expired' end as status,
  ${NEWEST_EMAIL} as newest_email`

const BEGINS_LAST = `(sort_name >= $3 and sort_name < $3 || U&'\\+10FFFF')`
const BEGINS_FIRST = `(first_sort_name >= $3 and first_sort_name < $3 || U&'\\+10FFFF')`

const BY_STATUS = `case when practitioners + administrative <= 1000 then (
  select array[count(*), count(*) filter (where is_invited), (
    select count(*) from (
      select id from users where clinic_id = $1 and deactivated_at is not null order by sort_name limit ${COUNTED_MAX}
    ) as gone)]
  from (
    select ${HAS_OPEN_INVITATION} as is_invited from users
    where clinic_id = $1 and deactivated_at is null and joined_at is null order by sort_name limit 1000
  ) as waiting) end as by_status`

/** By the signed cookie of the app. */
export async function readSession(db: pg.Pool, cookie = ''): Promise<unknown> {
  const [token = ''] = decodeURIComponent(cookie.replace('session=', '')).split('.')
  const { rows } = await db.query(
    `select data, session_id, signed_in_at, sessions.clinic_id, sessions.user_id, ip, user_agent, first_name, last_name,
       email, role, is_owner, is_practitioner, users.time_zone, users.id as found, clinics.name, country, idle_minutes,
       (
         select jsonb_build_object('reason', reason, 'since', since) from email_outages
         where exists (select from emails where sent_at is null and failed_at is null)
       ) as email_outage,
       last_seen_at < now() - interval '10 seconds' as is_stale
     from sessions
     left join users on users.id = sessions.user_id and users.clinic_id = sessions.clinic_id and deactivated_at is null
     left join clinics on clinics.id = users.clinic_id
     where token_hash = $1 and (ended_at is null or ended_at > now()) and not exists (
         select from sessions as ended where ended.session_id = sessions.session_id and ended.ended_at = '-infinity')
       and last_seen_at > now() - make_interval(mins => coalesce(idle_minutes, 30))
       and coalesce(signed_in_at, sessions.created_at) > now() - interval '12 hours'`,
    [createHash('sha256').update(token).digest()],
  )
  if (rows.length === 0) throw new Error('The baseline found no session.')
  return rows[0]
}

export async function listByHand(db: pg.Pool, question: BaselineQuestion): Promise<unknown[]> {
  const values: unknown[] = [question.clinic]
  const where = conditions(question, values)
  const [column, order] = orderOf(question)
  const [last, first] = question.begins ? [BEGINS_LAST, BEGINS_FIRST] : ['false', 'false']
  if (question.begins) values.push(question.begins)
  const { rows } = await db.query(
    question.search
      ? `with by_last as materialized (
           select id from users where ${where} and ${last} order by ${order} limit ${PAGE}
         ), by_first as materialized (
           select id from users where ${where} and ${first} and not ${last}
           order by ${order.replace('sort_name', 'first_sort_name')} limit ${PAGE}
         ), by_names as (
           select id from by_last union all select id from by_first
         ), near as materialized (
           select id from (
             select id, sort_name, first_sort_name, search_text, ${column} as position from users
             where ${where} and (select count(*) from by_names) < ${PAGE} order by ${order} limit ${LOOKED_AT_FIRST}
           ) as users
           where search_text like $2 and not (${last} or ${first}) order by ${order.replace(column, 'position')} limit ${PAGE}
         )
         select ${COLUMNS} from users where clinic_id = $1 and id in (
           select id from by_names
           union
           select id from near
           union
           select far.id from (
             select count(*) as number from (select id from by_names union all select id from near) as before
           ) as found_first, lateral (
             select id from users
             where ${where} and search_text like $2 and not (${last} or ${first}) and found_first.number < ${PAGE}
             order by ${order.replace(column, unindexed(column))} limit ${PAGE}
           ) as far)
         order by ${question.begins ? ranked(last, first) : order} limit ${PAGE}`
      : `select ${COLUMNS} from users where ${where} order by ${order} limit ${PAGE}`,
    values,
  )
  return rows
}

export async function countByHand(db: pg.Pool, question: BaselineQuestion): Promise<unknown> {
  const { clinic, search, begins, status, role } = question
  const values: unknown[] = [clinic]
  const people = conditions(question, values)
  const where = people + (search ? ' and search_text like $2' : '')
  const found = `select count(*) from (
    select id from users where ${where} order by ${search ? 'id' : 'sort_name, id'} limit ${COUNTED_MAX}) as found`
  const [byLast, byFirst] = [BEGINS_LAST, BEGINS_FIRST].map(
    (begin) =>
      `(select count(*) from (
        select id from users where ${people} and ${begin}
        order by ${begin === BEGINS_LAST ? 'sort_name' : 'first_sort_name'} limit ${COUNTED_MAX}) as found)`,
  )
  if (begins) values.push(begins)
  const enough = `${byLast} >= ${COUNTED_MAX} or ${byFirst} >= ${COUNTED_MAX}`
  const bounded = begins ? `select case when ${enough} then ${COUNTED_MAX} else (${found}) end` : found
  const counted = search || status || role ? `, (${bounded}) as found` : ''
  const { rows } = await db.query(
    `select practitioners, administrative, ${BY_STATUS}${counted} from clinics where id = $1`,
    counted ? values : [clinic],
  )
  return rows[0]
}

export async function userByHand(db: pg.Pool, clinic: string, id: string): Promise<unknown> {
  const person = 'select * from users where clinic_id = $1 and id = $2'
  const phones = 'select type, number from phone_numbers where clinic_id = $1 and user_id = $2 order by id'
  const emails = 'select * from emails where clinic_id = $1 and user_id = $2 order by id desc limit 150'
  const [found, ...lists] = await Promise.all(
    [person, phones, emails].map((text) => db.query(text, [clinic, id])),
  )
  const block = `select reason, blocked_at from blocked_emails
    where email = $1 and blocked_at > coalesce(freed_at, '-infinity')`
  const pending = `select new_email, expires_at from email_changes
    where clinic_id = $1 and user_id = $2 and confirmed_at is null and withdrawn_at is null and expires_at > now()`
  const facts = await Promise.all([db.query(block, [found?.rows[0].email]), db.query(pending, [clinic, id])])
  return [found, ...lists, ...facts]
}

function conditions(
  { search, status, role, practitioner, key, id }: BaselineQuestion,
  values: unknown[],
): string {
  if (search) values.push(search)
  const where = ['clinic_id = $1', `deactivated_at is ${status === 'deactivated' ? 'not ' : ''}null`]
  if (status === 'invited') where.push(`joined_at is null and ${HAS_OPEN_INVITATION}`)
  if (role) where.push(`role = $${values.push(role)}`)
  if (practitioner) where.push(`${practitioner === 'yes' ? '' : 'not '}is_practitioner`)
  if (key && id) where.push(`(sort_name, id) > ($${values.push(key)}, $${values.push(id)}::bigint)`)
  return where.join(' and ')
}

function orderOf({ sort }: BaselineQuestion): [column: string, order: string] {
  const column = sort === '-last-sign-in' ? `coalesce(last_sign_in_at, '-infinity')` : 'sort_name'
  const direction = sort === '-last-sign-in' ? 'desc' : 'asc'
  return [column, `${column} ${direction}, id ${direction}`]
}

function ranked(last: string, first: string): string {
  return `case when ${last} then 0 when ${first} then 1 else 2 end,
    case when ${first} and not ${last} then first_sort_name else sort_name end, id`
}

function unindexed(column: string): string {
  return column === 'sort_name' ? `sort_name || ''` : `${column} + interval '0'`
}
