import { type RawBuilder, sql } from 'kysely'
import type { Database, Transaction } from '../database/database.ts'
import { prepared } from '../database/prepared.ts'
import type { Clinic, Id, User } from '../database/schema.ts'
import type { ActingUser } from '../events/events.ts'
import { Refusal } from '../refusal.ts'
import { plainIp } from './ip.ts'

type Limits = Pick<Clinic, 'id' | 'limitedRoles'>

/** Owners never are, so that someone can always put it right. */
export function isLimited(
  { limitedRoles }: Pick<Limits, 'limitedRoles'>,
  { role, isOwner, anywhere }: Pick<User, 'role' | 'isOwner' | 'anywhere'>,
): boolean {
  return limitedRoles.includes(role) && !isOwner && !anywhere
}

/** Whether the clinic limits this person to its networks, and the address is in none of them. */
export async function isShutOut(
  db: Database | Transaction,
  clinic: Limits,
  user: Pick<User, 'role' | 'isOwner' | 'anywhere'>,
  ip: string | null,
): Promise<boolean> {
  if (!isLimited(clinic, user)) return false
  if (!ip) return true
  return (await networksAround(db, { clinicId: clinic.id, ip: plainIp(ip) })).length === 0
}

/**
 * At the end of a change that could shut out whoever makes it. The clinic is locked, so that it sees the limits that someone
 * else is saving at the same moment, and they see this.
 * @throws {Refusal}
 */
export async function refuseShutOut(trx: Transaction, actor: ActingUser, field = 'form'): Promise<void> {
  const { clinicId, userId, ip } = actor
  const clinic = await lockLimits(trx, clinicId)
  const own = trx.selectFrom('users').selectAll().where('clinicId', '=', clinicId).where('id', '=', userId)
  if (await isShutOut(trx, clinic, await own.executeTakeFirstOrThrow(), ip)) throw shutsYouOut(ip, field)
}

export function shutsYouOut(ip: string | null, field: string): Refusal {
  return ip ? new Refusal(field, 'shutsYouOut', { ip: plainIp(ip) }) : new Refusal(field, 'shutsYouOutUnseen')
}

export function lockLimits(trx: Transaction, clinicId: Id): Promise<Limits> {
  const clinic = trx.selectFrom('clinics').select(['id', 'limitedRoles']).where('id', '=', clinicId)
  return clinic.forNoKeyUpdate().executeTakeFirstOrThrow()
}

/** Whether the address is in one of these, which needn't be saved. */
export async function isInside(
  db: Database | Transaction,
  ip: string | null,
  networks: string[],
): Promise<boolean> {
  if (!ip) return false
  const isIn: RawBuilder<{ isIn: boolean }> =
    sql`select ${plainIp(ip)}::inet <<= any(${networks}::cidr[]) as is_in`
  return (await isIn.execute(db)).rows[0]?.isIn ?? false
}

const networksAround = prepared((db, { clinicId, ip }: { clinicId: Id; ip: string }) =>
  db
    .selectFrom('clinicNetworks')
    .select('network')
    .where('clinicId', '=', clinicId)
    .where(sql<boolean>`network >>= ${ip}::inet`)
    .limit(sql.lit(1)),
)
