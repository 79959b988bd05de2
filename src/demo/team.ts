import { sql } from 'kysely'
import { createClinic } from '../clinics/create-clinic.ts'
import type { Database } from '../database/database.ts'
import type { NewUserRow, User } from '../database/schema.ts'
import { invite } from '../invitations/invitations.ts'
import type { Passwords } from '../sessions/passwords.ts'
import { sortName } from '../users/names.ts'

/** What everyone in it signs in with. Only tests and the demo have it. */
export const DEMO_PASSWORD = 'correct horse battery'

/** One user for each role; tests and the demo share them. */
const MEMBERS = {
  owner: {
    firstName: 'Olivia',
    lastName: 'Hart',
    role: 'administrator',
    isOwner: true,
    isPractitioner: true,
    profession: 'Physiotherapist',
  },
  administrator: { firstName: 'Adam', lastName: 'Okafor', role: 'administrator', isPractitioner: false },
  powerReceptionist: {
    firstName: 'Paula',
    lastName: 'Nguyen',
    role: 'power receptionist',
    isPractitioner: false,
  },
  receptionist: { firstName: 'Rosa', lastName: 'Delgado', role: 'receptionist', isPractitioner: false },
  scheduler: { firstName: 'Sven', lastName: 'Lindqvist', role: 'scheduler', isPractitioner: false },
  bookkeeper: { firstName: 'Beth', lastName: 'O’Connor', role: 'bookkeeper', isPractitioner: false },
  practitioner: {
    firstName: 'Priya',
    lastName: 'Raman',
    role: 'practitioner',
    isPractitioner: true,
    profession: 'Osteopath',
  },
} as const satisfies Record<string, Partial<NewUserRow>>

export type Member = keyof typeof MEMBERS
export const MEMBER_NAMES = Object.keys(MEMBERS) as Member[]
export type Team = Record<Member | 'invited' | 'expired' | 'deactivated', User>

type Person = Pick<NewUserRow, 'firstName' | 'lastName' | 'role'> & Record<string, unknown>

/** A clinic with someone in every role and state. */
export async function demoClinic(
  db: Database,
  passwords: Passwords,
  name = 'Harbour Street Clinic',
): Promise<Team> {
  const label = name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')
  const clinicId = await db
    .transaction()
    .execute((trx) => createClinic(trx, { name, timeZone: 'Australia/Melbourne' }))
  const passwordHash = await passwords.hash(DEMO_PASSWORD)
  const joined = { passwordHash, joinedAt: sql<Date>`now() - interval '90 days'` }
  const left = { deactivatedAt: sql<Date>`now() - interval '3 days'` }
  const people: [keyof Team, Person][] = [
    ...MEMBER_NAMES.map((member): [Member, Person] => [member, { ...MEMBERS[member], ...joined }]),
    ['invited', { firstName: 'Ivan', lastName: 'Petrov', role: 'receptionist' }],
    ['expired', { firstName: 'Erin', lastName: 'Walsh', role: 'scheduler' }],
    ['deactivated', { firstName: 'Dora', lastName: 'Quinn', role: 'receptionist', ...joined, ...left }],
  ]
  const users = await db
    .insertInto('users')
    .values(people.map(([, person]) => ({ ...memberRow(clinicId, label, person), ...person })))
    .returningAll()
    .execute()
  const team = Object.fromEntries(people.map(([name], at) => [name, users[at]])) as Team
  const inviter = { clinicId, userId: team.owner.id, ip: null, userAgent: null }
  await db.transaction().execute(async (trx) => {
    await invite(trx, inviter, team.invited)
    await invite(trx, inviter, team.expired)
  })
  await letExpire(db, team.expired)
  return team
}

/** Moves someone's invitations into the past. */
export async function letExpire(db: Database, user: Pick<User, 'id'>): Promise<void> {
  const back = sql<Date>`created_at - interval '8 days'`
  await db
    .updateTable('invitations')
    .set({ createdAt: back as never, expiresAt: sql<Date>`expires_at - interval '8 days'` })
    .where('userId', '=', user.id)
    .execute()
  await db
    .updateTable('emails')
    .set({ createdAt: back as never, sentAt: back })
    .where('userId', '=', user.id)
    .execute()
}

function memberRow(
  clinicId: string,
  label: string,
  { firstName, lastName }: { firstName: string; lastName: string },
) {
  return {
    clinicId,
    sortName: sortName(firstName, lastName),
    email: `${firstName.toLowerCase()}@${label}.example`,
    timeZone: 'Australia/Melbourne',
    isPractitioner: false,
  }
}
