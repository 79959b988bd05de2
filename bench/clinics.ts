import type pg from 'pg'
import type { Database } from '../src/database/database.ts'
import { claimDueEmails } from '../src/emails/claim-emails.ts'
import { median } from './compare.ts'
import { measure, type Result, type Rounds } from './measure.ts'
import { PAGES } from './questions.ts'
import { markdown } from './report.ts'
import type { Visit } from './visit.ts'

const SMALL_CLINICS = 20_000
const USERS_EACH = 10
const CLAIMS = 50

/** The pages of one clinic alone, and again when there are thousands of others: what PostgreSQL plans should not change. */
export async function amongOthers(
  client: pg.Client,
  db: Database,
  visit: Visit,
  rounds: Rounds,
): Promise<string> {
  const alone = await measure(PAGES, [visit], rounds)
  const claimAlone = await claimMilliseconds(client, db)
  await seedSmallClinics(client)
  const among = await measure(PAGES, [visit], rounds)
  const claimAmong = await claimMilliseconds(client, db)
  const row = (name: string, before: number, after: number) => [
    ...[name, before.toFixed(2), after.toFixed(2)],
    (after / before).toFixed(2),
  ]
  return markdown([
    ['', 'alone: ms', `among ${SMALL_CLINICS.toLocaleString('en-AU')}: ms`, 'times'],
    ...alone.map((result, at) => row(result.question.name, medianOf(result), medianOf(among[at] as Result))),
    row('outbox, next four emails of 2,000 clinics', claimAlone, claimAmong),
  ])
}

function medianOf({ sizes }: Result): number {
  return sizes[0]?.timing.median ?? Number.NaN
}

/** While emails of up to 2,000 clinics wait. What is claimed is put back. */
async function claimMilliseconds(client: pg.Client, db: Database): Promise<number> {
  await client.query(
    `insert into emails (clinic_id, user_id, kind, recipient)
     select clinic_id, min(id), 'password changed', 'bench@clinic.example' from users
     where clinic_id in (select id from clinics order by id limit 2000) group by clinic_id`,
  )
  const times: number[] = []
  for (let at = 0; at < CLAIMS; at++) {
    const began = performance.now()
    await claimDueEmails(db, 4)
    times.push(performance.now() - began)
    await client.query(
      'update emails set leased_until = null, next_attempt_at = now() where leased_until is not null',
    )
  }
  await client.query(`delete from emails where recipient = 'bench@clinic.example'`)
  return median(times) ?? Number.NaN
}

/** Each with ten people, their invitations and two hundred events. */
async function seedSmallClinics(client: pg.Client): Promise<void> {
  await client.query(
    `insert into clinics (name, label, country, time_zone)
     select 'Small Clinic ' || n, 'small-' || n, 'AU', 'Australia/Melbourne' from generate_series(1, ${SMALL_CLINICS}) as n`,
  )
  await client.query(
    `insert into users (clinic_id, first_name, last_name, sort_name, email, role, is_practitioner, time_zone, is_owner,
       password_hash, joined_at)
     select clinics.id, 'Kim', 'Novak', 'novak' || E'\\t' || 'kim', 'kim' || n || '@' || label || '.example',
       case when n = 1 then 'administrator' when n % 2 = 0 then 'practitioner' else 'receptionist' end, n % 2 = 0,
       'Australia/Melbourne', n = 1, case when n < ${USERS_EACH} then 'none' end, case when n < ${USERS_EACH} then now() end
     from clinics, generate_series(1, ${USERS_EACH}) as n where label like 'small-%'`,
  )
  await client.query(
    `insert into invitations (clinic_id, user_id, email, invited_by, nonce, expires_at, accepted_at)
     select users.clinic_id, users.id, email, users.id, decode(md5(users.id::text), 'hex'), now() + interval '6 days', joined_at
     from users join clinics on clinics.id = clinic_id where label like 'small-%'`,
  )
  await client.query(
    `insert into emails (clinic_id, user_id, kind, recipient, sent_at)
     select clinic_id, users.id, 'password changed', email, now() from users join clinics on clinics.id = clinic_id
     where label like 'small-%'`,
  )
  await client.query(
    `insert into events (clinic_id, actor_id, subject_id, action, created_at)
     select clinic_id, users.id, users.id, 'signed-in', now() - n * interval '1 day'
     from users join clinics on clinics.id = clinic_id, generate_series(1, 20) as n where label like 'small-%'`,
  )
  await client.query('vacuum analyze')
}
