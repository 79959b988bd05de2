import { randomBytes } from 'node:crypto'
import { sql } from 'kysely'
import { USUAL_LIMITS } from '../clinics/create-clinic.ts'
import type { Keys } from '../config/keys.ts'
import { INSTALLATION } from '../database/columns.ts'
import type { Database, Transaction } from '../database/database.ts'
import { deleteOld, STEP } from '../database/delete-old.ts'
import type { Id } from '../database/schema.ts'
import { linkIdOf, tokenMatches } from '../emails/links.ts'
import { queueEmail } from '../emails/outbox.ts'
import { createOwned, type FirstRun } from '../set-up/set-up.ts'

export const CLINIC_INVITATION_VALID_DAYS = 7
const INVITATIONS_KEPT_DAYS = 30

/** Emails a link to set up a clinic; what was sent to the address before is still good. */
export async function inviteToSetUp(trx: Transaction, email: string): Promise<void> {
  const { id } = await trx
    .insertInto('clinicInvitations')
    .values({
      email,
      nonce: randomBytes(32),
      expiresAt: sql`now() + make_interval(days => ${CLINIC_INVITATION_VALID_DAYS})`,
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  await queueEmail(trx, {
    ...{ clinicId: INSTALLATION, userId: null, recipient: email },
    ...{ kind: 'clinic invitation', clinicInvitationId: id },
  })
}

type ClinicInvitationState =
  | { state: 'open'; email: string }
  | { state: 'used'; label: string }
  | { state: 'expired' | 'unknown' }

/** What a link refers to now. */
export async function readClinicInvitation(
  db: Database,
  keys: Keys,
  token: string,
): Promise<ClinicInvitationState> {
  const invitation = await findClinicInvitation(db, linkIdOf(token))
  if (!invitation || !tokenMatches(keys, 'clinic invitation', invitation, token)) return { state: 'unknown' }
  if (invitation.madeLabel) return { state: 'used', label: invitation.madeLabel }
  return invitation.isExpired ? { state: 'expired' } : { state: 'open', email: invitation.email }
}

/** Sets up a clinic once, however often it is submitted; then the link says where the clinic is. */
export async function setUpInvited(
  db: Database,
  invitationId: Id,
  from: { ip: string | null; userAgent: string | null },
  first: FirstRun & { label: string },
): Promise<void> {
  await db.transaction().execute(async (trx) => {
    const used = await trx
      .updateTable('clinicInvitations')
      .set({ usedAt: sql`now()`, madeLabel: first.label })
      .where('id', '=', invitationId)
      .where('usedAt', 'is', null)
      .where('expiresAt', '>', sql<Date>`now()`)
      .executeTakeFirst()
    if (used.numUpdatedRows === 0n) return
    const { label, ...firstRun } = first
    await createOwned(trx, from, { ...firstRun, clinic: { label, ...USUAL_LIMITS } })
  })
}

export async function findClinicInvitation(db: Database | Transaction, id: Id | null) {
  const invitation = db
    .selectFrom('clinicInvitations')
    .selectAll()
    .select(sql<boolean>`expires_at <= now()`.as('isExpired'))
    .where('id', '=', id)
  return id === null ? null : ((await invitation.executeTakeFirst()) ?? null)
}

/** A step of the sweep. Their emails go with them. */
export function forgetClinicInvitations(db: Database): Promise<number> {
  return deleteOld(
    db,
    sql`delete from clinic_invitations where id in (
      select id from clinic_invitations
      where expires_at < now() - make_interval(days => ${INVITATIONS_KEPT_DAYS})
      limit ${STEP} for update skip locked)`,
  )
}
