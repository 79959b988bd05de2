import { sql } from 'kysely'
import type { Transaction } from '../database/database.ts'
import type { Id } from '../database/schema.ts'
import { Refusal } from '../refusal.ts'

/**
 * After the one that may be too many was written, which has locked the clinic's counts: of two at once, the second sees the first.
 * @throws {Refusal}
 */
export async function refuseTooManyUsers(trx: Transaction, clinicId: Id): Promise<void> {
  const { usersMax, present } = await trx
    .selectFrom('clinics')
    .select(['usersMax', sql<number>`practitioners + administrative`.as('present')])
    .where('id', '=', clinicId)
    .executeTakeFirstOrThrow()
  if (usersMax !== null && present > usersMax) throw new Refusal('form', 'tooManyUsers', { limit: usersMax })
}

/**
 * What is sent in the installation's name is limited, so that nobody can use it for spam.
 * @throws {Refusal} where this one would be too many; of several at the same moment, each may be the last
 */
export async function refuseTooManyInvitations(trx: Transaction, clinicId: Id): Promise<void> {
  const { invitationsDailyMax, sent } = await trx
    .selectFrom('clinics')
    .select([
      'invitationsDailyMax',
      sql<number>`case when invitations_daily_max is not null then (
        select count(*)::int from invitations
        where clinic_id = ${clinicId} and created_at > now() - interval '1 day') end`.as('sent'),
    ])
    .where('id', '=', clinicId)
    .executeTakeFirstOrThrow()
  if (invitationsDailyMax !== null && sent >= invitationsDailyMax)
    throw new Refusal('form', 'tooManyInvitations', { limit: invitationsDailyMax })
}
