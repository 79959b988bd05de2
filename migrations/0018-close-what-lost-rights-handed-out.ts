import { type Kysely, sql } from 'kysely'

/** Until now only a deactivation closed what somebody had handed out: the same for those who lost the right otherwise. */
export async function up(db: Kysely<never>): Promise<void> {
  await sql`
    update invitations set revoked_at = now()
    from users as inviter, users as invitee
    where inviter.clinic_id = invitations.clinic_id and inviter.id = invitations.invited_by
      and invitee.clinic_id = invitations.clinic_id and invitee.id = invitations.user_id
      and accepted_at is null and revoked_at is null
      and (inviter.role <> 'administrator' or inviter.joined_at is null or inviter.deactivated_at is not null
        or (invitee.is_owner and not inviter.is_owner))`.execute(db)
  await sql`
    update email_changes set withdrawn_at = now()
    from users as requester, users as person
    where requester.clinic_id = email_changes.clinic_id and requester.id = email_changes.requested_by
      and person.clinic_id = email_changes.clinic_id and person.id = email_changes.user_id
      and confirmed_at is null and withdrawn_at is null and requester.id <> person.id
      and (requester.role <> 'administrator' or requester.joined_at is null
        or requester.deactivated_at is not null or (person.is_owner and not requester.is_owner))`.execute(db)
  await sql`
    delete from imports using users as maker
    where maker.clinic_id = imports.clinic_id and maker.id = imports.created_by and started_at is null
      and (maker.role <> 'administrator' or maker.deactivated_at is not null)`.execute(db)
}
