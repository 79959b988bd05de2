import type pg from 'pg'
import { FIRSTS, LASTS, type Name, RARE_NAME } from './names.ts'

export interface BenchClinic {
  clinicId: string
  size: number
  label: string
  administrator: string
}

/** Clinics of these sizes in one empty, migrated database; everybody who joined has the same password. */
export async function seedClinics(
  client: pg.Client,
  sizes: number[],
  passwordHash: string,
): Promise<BenchClinic[]> {
  await client.query(
    `set statement_timeout = 0; set maintenance_work_mem = '512MB'; set synchronous_commit = off`,
  )
  await createNames(client, 'firsts', FIRSTS)
  await createNames(client, 'lasts', LASTS)
  const restoreIndexes = await dropIndexes(client)
  const clinics: BenchClinic[] = []
  for (const size of sizes) clinics.push(await seedClinic(client, size, passwordHash))
  await restoreIndexes()
  await checkSeed(client)
  await client.query('drop table firsts, lasts')
  await client.query('vacuum analyze')
  return clinics
}

async function createNames(client: pg.Client, table: string, names: Name[]): Promise<void> {
  await client.query(`create table ${table} (rank bigint, name text, plain text, ascii text)`)
  const columns = [
    names.map(({ name }) => name),
    names.map(({ plain }) => plain),
    names.map(({ ascii }) => ascii),
  ]
  await client.query(
    `insert into ${table}
     select rank - 1, name, plain, ascii
     from unnest($1::text[], $2::text[], $3::text[]) with ordinality as given (name, plain, ascii, rank)`,
    columns,
  )
}

/** A million rows go in faster without; what is built afterwards is the same. */
async function dropIndexes(client: pg.Client): Promise<() => Promise<void>> {
  const { rows } = await client.query<{ name: string; definition: string }>(`
    select indexrelid::regclass::text as name, pg_get_indexdef(indexrelid) as definition from pg_index
    where indrelid in ('users'::regclass, 'invitations'::regclass, 'phone_numbers'::regclass)
      and not exists (select from pg_constraint where conindid = indexrelid)`)
  for (const { name } of rows) await client.query(`drop index ${name}`)
  return async () => {
    for (const { definition } of rows) await client.query(definition)
  }
}

async function seedClinic(client: pg.Client, size: number, passwordHash: string): Promise<BenchClinic> {
  const label = `clinic-${size}`
  const domain = `${label}.example`
  const { rows } = await client.query<{ id: string }>(
    `insert into clinics (name, label, country, time_zone) values ($1, $2, 'AU', 'Australia/Melbourne') returning id`,
    [`Clinic of ${size.toLocaleString('en-AU')}`, label],
  )
  const clinicId = rows[0]?.id ?? ''
  await client.query(USERS, [clinicId, size, domain, passwordHash, FIRSTS.length, LASTS.length, RARE_NAME])
  await client.query(INVITATIONS, [clinicId])
  // Per row it is the trigger's work; here the digits went in with the people, and are compared afterwards.
  await client.query('alter table phone_numbers disable trigger user')
  await client.query(PHONE_NUMBERS, [clinicId])
  await client.query('alter table phone_numbers enable trigger user')
  return { clinicId, size, label, administrator: `administrator@${domain}` }
}

/** Everything follows from n alone, so that two runs measure the same clinic. */
const SCATTER = 'abs(hashint8(n * $2 + $2))::bigint'

/** Of a hundred: 58 practitioners and 3 administrators; 4 have not joined, half of these too late; 8 are deactivated. */
const USERS = `
  insert into users (clinic_id, first_name, last_name, sort_name, email, role, is_practitioner, profession, time_zone,
    is_owner, password_hash, joined_at, last_sign_in_at, deactivated_at, phone_digits)
  select $1::bigint, first, last, lower_last || E'\\t' || lower_first,
    case when n = 1 then 'administrator' else address || n end || '@' || $3,
    role, role = 'practitioner' or share = 60,
    case when role = 'practitioner' or share = 60 then (array['Physiotherapist', 'Osteopath', 'Podiatrist', 'Psychologist'])[1 + n % 4] end,
    'Australia/Melbourne', n = 1,
    case when has_joined then $4 end,
    case when has_joined then now() - (30 + n % 900) * interval '1 day' end,
    case when has_joined and n % 19 <> 3 then now() - (scattered % 43200 + n % 60) * interval '1 minute' end,
    case when n > 1 and n % 13 = 5 then now() - (1 + n % 400) * interval '1 day' end,
    case n % 10
      when 0 then ''
      when 1 then mobile || ' ' || landline
      else mobile
    end
  from (
    select n, scattered, n % 25 <> 7 or n = 1 as has_joined, scattered % 100 as share,
      case when n = 1 then 'administrator'
        else (array['practitioner', 'receptionist', 'scheduler', 'power receptionist', 'bookkeeper', 'administrator'])[
          1 + (scattered % 100 >= 58)::int + (scattered % 100 >= 80)::int + (scattered % 100 >= 90)::int
            + (scattered % 100 >= 96)::int + (scattered % 100 >= 97)::int] end as role,
      firsts.name as first, firsts.plain as lower_first,
      case when is_rare then $7 else lasts.name end as last,
      case when is_rare then lower($7) else lasts.plain end as lower_last,
      firsts.ascii || '.' || case when is_rare then lower($7) else lasts.ascii end as address,
      '614' || lpad((n * 7919 % 100000000)::text, 8, '0') as mobile,
      '613' || lpad((n * 104729 % 100000000)::text, 8, '0') as landline
    from (
      select n, ${SCATTER} as scattered, n in (2, $2 / 2, $2) as is_rare
      from generate_series(1, $2::bigint) as n
    ) as numbered
    join firsts on firsts.rank = (power(scattered / 7 % 9973 / 9973.0, 1.6) * $5)::bigint % $5
    join lasts on lasts.rank = (power(scattered / 3 % 9967 / 9967.0, 1.6) * $6)::bigint % $6
  ) as people
  order by n`

const INVITATIONS = `
  insert into invitations (clinic_id, user_id, email, invited_by, nonce, created_at, expires_at, accepted_at,
    revoked_at)
  select clinic_id, id, email, (select min(id) from users where clinic_id = $1), decode(md5(id::text), 'hex'),
    coalesce(joined_at, now()) - interval '1 day',
    coalesce(joined_at, now()) + case when id % 2 = 0 then 6 else -1 end * interval '1 day', joined_at,
    case when joined_at is null then deactivated_at end
  from users where clinic_id = $1 and not is_owner order by id`

const PHONE_NUMBERS = `
  insert into phone_numbers (clinic_id, user_id, type, number)
  select clinic_id, id, case when nth = 1 then 'mobile' else 'work' end, '+' || digits
  from users, unnest(string_to_array(phone_digits, ' ')) with ordinality as given (digits, nth)
  where clinic_id = $1 order by id, nth`

/** What the database keeps beside the rows must be what the rows say. */
async function checkSeed(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ untrue: number }>(`
    select (
      select count(*) from clinics join (
        select clinic_id, count(*) filter (where is_practitioner) as charged,
          count(*) filter (where not is_practitioner) as free
        from users where deactivated_at is null group by clinic_id
      ) as counted on counted.clinic_id = clinics.id
      where (practitioners, administrative) <> (charged, free)
    ) + (
      select count(*) from users left join (
        select user_id, string_agg(substr(number, 2), ' ' order by id) as digits from phone_numbers group by user_id
      ) as numbers on numbers.user_id = users.id
      where phone_digits <> coalesce(digits, '')
    ) as untrue`)
  if (Number(rows[0]?.untrue) !== 0)
    throw new Error('The counts or the phone digits of the seed are not true.')
}
