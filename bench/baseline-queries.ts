import { createHash } from 'node:crypto'
import type pg from 'pg'

/** Each statement is prepared by its name, and asks for no more than its page shows. */
const SESSION = {
  name: 'session',
  text: `
    select users.id, users.time_zone, role, users.clinic_id
    from sessions
    join users on users.clinic_id = sessions.clinic_id and users.id = user_id and deactivated_at is null
    join clinics on clinics.id = sessions.clinic_id
    where sessions.clinic_id = $1 and token_hash = $2 and (ended_at is null or ended_at > now())
      and not exists (
        select from sessions as ended where ended.clinic_id = sessions.clinic_id
          and ended.session_id = sessions.session_id and ended.ended_at = '-infinity')
      and last_seen_at > now() - make_interval(mins => idle_minutes) and signed_in_at > now() - interval '12 hours'`,
}

/** With `exists`, the planner would read all open invitations of a million people. */
const ROW = `id, first_name, last_name, role, is_practitioner, is_owner, last_sign_in_at,
  case when deactivated_at is not null then 'deactivated' when joined_at is not null then 'active'
    when (
      select true from invitations where clinic_id = users.clinic_id and user_id = users.id
        and accepted_at is null and revoked_at is null and expires_at > now()) then 'invited'
    else 'invitation expired' end as status`

/** 51 rows, as one more tells whether there is another page. */
const LIST = {
  name: 'list',
  text: `select ${ROW} from users where clinic_id = $1 and deactivated_at is null order by sort_name, id limit 51`,
}

/** Of a name that fills the page with last names. */
const SEARCH = {
  name: 'search',
  text: `
    select ${ROW}, (
      select count(*) from (
        select from users where clinic_id = $1 and deactivated_at is null and search_text like '%' || $2 || '%' limit 1001
      ) as counted) as found
    from users
    where clinic_id = $1 and deactivated_at is null and sort_name >= $2 and sort_name < $2 || U&'\\+10FFFF'
    order by sort_name, id limit 51`,
}

const USER = {
  name: 'user',
  text: `
    select users.*,
      (select jsonb_agg(phone_numbers order by id) from phone_numbers where clinic_id = $1 and user_id = $2) as phones,
      (select jsonb_agg(emails order by id desc) from emails where clinic_id = $1 and user_id = $2) as emails,
      (select reason from blocked_emails where email = lower(users.email) and blocked_at > coalesce(freed_at, '-infinity')),
      (select new_email from email_changes where clinic_id = $1 and user_id = $2 and confirmed_at is null
         and withdrawn_at is null and expires_at > now())
    from users where clinic_id = $1 and id = $2`,
}

interface Me {
  clinic_id: string
  time_zone: string
}

export interface Row {
  id: string
  first_name: string
  last_name: string
  role: string
  is_practitioner: boolean
  is_owner: boolean
  last_sign_in_at: Date | null
  status: string
}

/** By the signed cookie of the app. */
export async function readSession(db: pg.Pool, cookie = ''): Promise<Me> {
  const [, signed = ''] = /(?:^|; )session=([^;]*)/.exec(cookie) ?? []
  const [token = ''] = decodeURIComponent(signed).split('.', 1)
  const hash = createHash('sha256').update(token).digest()
  const { rows } = await db.query({ ...SESSION, values: [token.split('-', 1)[0], hash] })
  if (rows.length === 0) throw new Error('The baseline found no session.')
  return rows[0]
}

export async function readList(db: pg.Pool, { clinic_id }: Me): Promise<Row[]> {
  return (await db.query({ ...LIST, values: [clinic_id] })).rows
}

export async function readSearch(db: pg.Pool, { clinic_id }: Me, begins: string): Promise<Row[]> {
  return (await db.query({ ...SEARCH, values: [clinic_id, begins] })).rows
}

export async function readUser(db: pg.Pool, { clinic_id }: Me, id: string): Promise<unknown> {
  return (await db.query({ ...USER, values: [clinic_id, id] })).rows[0]
}
