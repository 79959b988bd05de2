import type pg from 'pg'
import type { Cursor } from '../src/settings/users/list/list-order.ts'
import type { Scope } from '../test/support/scope.ts'
import { Browser } from './browser.ts'
import type { BenchClinic } from './seed.ts'

export const PASSWORD = 'seven green parrots'

/** An administrator of one clinic, signed in at the app. */
export interface Visit {
  clinic: BenchClinic
  app: Browser
  /** Where the list is half over, and where its last page begins. */
  middle: Cursor
  end: Cursor
  /** Somebody in the middle of it. */
  userId: string
  userPhone: string
  /** People who have joined, to sign in; invitations, to be accepted. */
  emails: string[]
  invitations: { id: string; nonce: Buffer }[]
}

export async function visitClinic(
  scope: Scope,
  client: pg.Client,
  clinic: BenchClinic,
  origin: string,
): Promise<Visit> {
  const app = new Browser(origin, hostOf(clinic, origin))
  scope.teardown(() => app.close())
  const entered = await app.post('/sign-in', { email: clinic.administrator, password: PASSWORD })
  if (entered.status !== 303) throw new Error(`Nobody can sign in at ${clinic.label}: ${entered.status}`)
  return { clinic, app, ...(await cursorsIn(client, clinic)), ...(await usersOf(client, clinic)) }
}

/** The host under which the app knows the clinic. */
export function hostOf({ label }: BenchClinic, origin: string): string {
  return `${label}.localhost:${new URL(origin).port}`
}

async function cursorsIn(client: pg.Client, { clinicId }: BenchClinic) {
  const { rows } = await client.query(
    `with present as (
       select id, sort_name as key, phone_digits, row_number() over (order by sort_name, id) as nth, count(*) over () as people
       from users where clinic_id = $1 and deactivated_at is null)
     select id, key, phone_digits as phone from present where nth in (people / 2, people - 60) order by nth`,
    [clinicId],
  )
  const [middle, end] = rows
  return { middle, end, userId: String(middle.id) }
}

async function usersOf(client: pg.Client, { clinicId }: BenchClinic) {
  const joined = await client.query(
    `select email, phone_digits from users
     where clinic_id = $1 and joined_at is not null and deactivated_at is null and phone_digits <> '' and not is_owner
     order by id limit 200`,
    [clinicId],
  )
  const invited = await client.query(
    `select id, nonce from invitations
     where clinic_id = $1 and accepted_at is null and revoked_at is null and expires_at > now() order by id limit 200`,
    [clinicId],
  )
  return {
    emails: joined.rows.map(({ email }) => email),
    userPhone: joined.rows[0].phone_digits.slice(2, 11),
    invitations: invited.rows,
  }
}
