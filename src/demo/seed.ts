import { sql } from 'kysely'
import { todayAt } from '../clinics/access-dates.ts'
import { hasClinic } from '../clinics/clinics.ts'
import type { Database } from '../database/database.ts'
import type { Day } from '../database/schema.ts'
import { invite } from '../invitations/invitations.ts'
import type { Role } from '../roles/roles.ts'
import type { Passwords } from '../sessions/passwords.ts'
import { sortName } from '../users/names.ts'
import { demoClinic, letExpire, type Team } from './team.ts'

const FIRST_NAMES = [
  'Amelia',
  'Björn',
  'Chiara',
  'Dmitri',
  'Élodie',
  'Farah',
  'Grace',
  'Hiroshi',
  'Ingrid',
  'Jamal',
]
const LAST_NAMES = ['Abbott', 'Čapek', 'Fitzgerald', 'Müller', 'Tanaka']
const ROLES_IN_TURN: Role[] = [
  'receptionist',
  'practitioner',
  'scheduler',
  'practitioner',
  'power receptionist',
  'bookkeeper',
]
/** Of the colleagues, by their place. */
const LOCUM = 3
/** Soon, but not so soon that the first reminder is due. */
const LOCUM_DAYS_LEFT = 10
const PROFESSIONS = ['Physiotherapist', 'Podiatrist', 'Psychologist', 'Osteopath']

/** A sample clinic of 60 people in every state. Does nothing if there is a clinic. */
export async function seedDemo(db: Database, passwords: Passwords): Promise<void> {
  if (await hasClinic(db)) return
  const team = await demoClinic(db, passwords)
  const names = FIRST_NAMES.flatMap((firstName) => LAST_NAMES.map((lastName) => ({ firstName, lastName })))
  for (const [index, name] of names.entries()) await addColleague(db, team, name, index)
  await makeLocum(db, team)
}

/** One of the practitioners is here for a while. */
async function makeLocum(db: Database, { owner: { clinicId } }: Team): Promise<void> {
  const day = (days: number) => sql<Day>`${todayAt(clinicId)} + ${days}::int`
  await db
    .updateTable('users')
    .set({ accessFrom: day(-20), accessUntil: day(LOCUM_DAYS_LEFT) })
    .where('clinicId', '=', clinicId)
    .where('email', '=', emailOf(LOCUM))
    .execute()
}

async function addColleague(
  db: Database,
  { owner }: Team,
  { firstName, lastName }: { firstName: string; lastName: string },
  index: number,
): Promise<void> {
  const role = ROLES_IN_TURN[index % ROLES_IN_TURN.length] as Role
  const state = index % 10
  const ago = (days: number) => sql<Date>`now() - make_interval(days => ${days}, hours => ${index})`
  const joined = { passwordHash: owner.passwordHash, joinedAt: ago(60), lastSignInAt: ago(index % 30) }
  const user = await db
    .insertInto('users')
    .values({
      clinicId: owner.clinicId,
      firstName,
      lastName,
      sortName: sortName(firstName, lastName),
      email: emailOf(index),
      role,
      isPractitioner: role === 'practitioner',
      profession: role === 'practitioner' ? (PROFESSIONS[index % PROFESSIONS.length] ?? null) : null,
      timeZone: owner.timeZone,
      ...(state < 8 ? joined : {}),
      ...(state === 7 && { deactivatedAt: ago(5) }),
    })
    .returningAll()
    .executeTakeFirstOrThrow()
  if (state < 8) return
  const inviter = { clinicId: owner.clinicId, userId: owner.id, ip: null, userAgent: null }
  await db.transaction().execute((trx) => invite(trx, inviter, user))
  if (state === 9) await letExpire(db, user)
}

function emailOf(index: number): string {
  return `colleague${index + 1}@harbour-street-clinic.example`
}
