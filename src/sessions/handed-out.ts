import { sql } from 'kysely'
import type { Database, Transaction } from '../database/database.ts'
import type { Id, User } from '../database/schema.ts'
import { type Actor, recordEvent } from '../events/events.ts'
import { can, isActive, mayChangeEmail, mayInvite, type RoleHolder } from '../roles/roles.ts'
import { fullName } from '../users/names.ts'

/** What someone gave out by virtue of a right, which must not outlive the right. */
interface HandedOut {
  invitations: { id: Id; userId: Id }[]
  emailChanges: { id: Id; userId: Id }[]
  imports: Id[]
  drafts: Id[]
}

/** @param user with their future or current rights */
export async function handedOutBy(db: Database | Transaction, user: User): Promise<HandedOut> {
  const [invitations, emailChanges, lists] = [
    await openInvitationsBy(db, user),
    await openChangesBy(db, user),
    isActive(user) && can(user, 'users.add') ? [] : await unfinishedListsOf(db, user),
  ]
  return {
    invitations: invitations.filter((invitee) => !mayInvite(user, person(invitee))),
    emailChanges: emailChanges.filter((asked) => !mayChangeEmail(user, person(asked))),
    imports: lists.filter((list) => list.startedAt).map(({ id }) => id),
    drafts: lists.filter((list) => !list.startedAt).map(({ id }) => id),
  }
}

/** Ends all of it, and records an event with the reason for each. */
export async function takeBack(
  trx: Transaction,
  by: Actor,
  user: User,
  { invitations, emailChanges, imports, drafts }: HandedOut,
): Promise<void> {
  await holdSubjects(trx, user, [...invitations, ...emailChanges])
  const name = fullName(user)
  for (const { userId, email } of await closeInvitations(trx, user, invitations)) {
    const after = { email, reason: { code: 'rightLost', name } }
    await recordEvent(trx, by, { action: 'invitation.revoked', subjectId: userId, after })
  }
  for (const { userId, newEmail: email } of await closeChanges(trx, user, emailChanges)) {
    const after = { email, reason: { code: 'rightLost', name } }
    await recordEvent(trx, by, { action: 'email-change.withdrawn', subjectId: userId, after })
  }
  for (const _ of await stopImports(trx, user, imports))
    await recordEvent(trx, by, { action: 'import.stopped', after: { reason: { code: 'rightLost', name } } })
  if (drafts.length > 0)
    await trx.deleteFrom('imports').where('clinicId', '=', user.clinicId).where('id', 'in', drafts).execute()
}

/** Locks people before their links: the same order as when they use them. */
async function holdSubjects(trx: Transaction, { clinicId }: User, held: { userId: Id }[]): Promise<void> {
  const ids = held.map(({ userId }) => userId)
  await sql`
    select from users where clinic_id = ${clinicId} and id = any(${ids}::bigint[])
    order by id for key share`.execute(trx)
}

function openInvitationsBy(db: Database | Transaction, { clinicId, id }: User) {
  return db
    .selectFrom('invitations')
    .innerJoin('users', (join) =>
      join.onRef('users.clinicId', '=', 'invitations.clinicId').onRef('users.id', '=', 'invitations.userId'),
    )
    .select(['invitations.id', 'userId', 'users.clinicId', 'role', 'isOwner'])
    .where('invitations.clinicId', '=', clinicId)
    .where('invitedBy', '=', id)
    .where('acceptedAt', 'is', null)
    .where('revokedAt', 'is', null)
    .execute()
}

function openChangesBy(db: Database | Transaction, { clinicId, id }: User) {
  return db
    .selectFrom('emailChanges')
    .innerJoin('users', (join) =>
      join
        .onRef('users.clinicId', '=', 'emailChanges.clinicId')
        .onRef('users.id', '=', 'emailChanges.userId'),
    )
    .select(['emailChanges.id', 'userId', 'users.clinicId', 'role', 'isOwner'])
    .where('emailChanges.clinicId', '=', clinicId)
    .where('requestedBy', '=', id)
    .where('confirmedAt', 'is', null)
    .where('withdrawnAt', 'is', null)
    .execute()
}

function unfinishedListsOf(db: Database | Transaction, { clinicId, id }: User) {
  return db
    .selectFrom('imports')
    .select(['id', 'startedAt'])
    .where('clinicId', '=', clinicId)
    .where('createdBy', '=', id)
    .where('finishedAt', 'is', null)
    .execute()
}

async function closeInvitations(trx: Transaction, { clinicId }: User, invitations: { id: Id }[]) {
  const { rows } = await sql<{ userId: Id; email: string }>`
    update invitations set revoked_at = now()
    where clinic_id = ${clinicId} and id = any(${invitations.map(({ id }) => id)}::bigint[])
      and accepted_at is null and revoked_at is null
    returning user_id, email`.execute(trx)
  return rows
}

async function closeChanges(trx: Transaction, { clinicId }: User, changes: { id: Id }[]) {
  const { rows } = await sql<{ userId: Id; newEmail: string }>`
    update email_changes set withdrawn_at = now()
    where clinic_id = ${clinicId} and id = any(${changes.map(({ id }) => id)}::bigint[])
      and confirmed_at is null and withdrawn_at is null
    returning user_id, new_email`.execute(trx)
  return rows
}

/** A worker on this import waits for us before its next person, then ends the import itself. */
async function stopImports(trx: Transaction, { clinicId }: User, imports: Id[]) {
  const { rows } = await sql`
    with free as (
      select id from imports
      where clinic_id = ${clinicId} and id = any(${imports}::bigint[]) and finished_at is null
      for update skip locked
    )
    update imports set finished_at = now(), stop_reason = 'right lost'
    from free where imports.clinic_id = ${clinicId} and imports.id = free.id returning imports.id`.execute(
    trx,
  )
  return rows
}

function person({ userId, clinicId, role, isOwner }: Omit<RoleHolder, 'id'> & { userId: Id }): RoleHolder {
  return { id: userId, clinicId, role, isOwner }
}
