import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<never>): Promise<void> {
  // The outbox and its history in one. It holds ids, never a link or another secret.
  // lock_reason, only of the kind “account locked”: what the wrong passwords led to.
  await sql`
    create table emails (
      id bigint generated always as identity unique,
      clinic_id bigint not null,
      user_id bigint not null,
      kind text not null,
      recipient text not null,
      invitation_id bigint,
      invitation_request_id bigint,
      password_reset_id bigint,
      email_change_id bigint,
      lock_reason text,
      created_at timestamptz not null default now(),
      attempts integer not null default 0,
      next_attempt_at timestamptz not null default now(),
      leased_until timestamptz,
      sent_at timestamptz,
      message_id text,
      failed_at timestamptz,
      failure jsonb,
      failure_kind text,
      delivered_at timestamptz,
      bounced_at timestamptz,
      bounce_reason text,
      bounce_is_final boolean not null default false,
      complained_at timestamptz,
      primary key (clinic_id, id),
      foreign key (clinic_id, user_id) references users,
      foreign key (clinic_id, invitation_id) references invitations,
      foreign key (clinic_id, invitation_request_id) references invitation_requests,
      foreign key (clinic_id, password_reset_id) references password_resets,
      foreign key (clinic_id, email_change_id) references email_changes
    )`.execute(db)
  await sql`create index emails_user on emails (clinic_id, user_id, id)`.execute(db)

  // For those who look at all clinics: the outbox, reports on delivery, blocked addresses and the sweep.
  await sql`
    create index emails_due on emails (next_attempt_at)
    where sent_at is null and failed_at is null`.execute(db)
  await sql`create unique index emails_message on emails (message_id)`.execute(db)
  await sql`create index emails_recipient on emails (lower(recipient))`.execute(db)
  await sql`
    create index emails_password_reset on emails (password_reset_id)
    where password_reset_id is not null`.execute(db)
  await sql`
    create index emails_email_change on emails (email_change_id)
    where email_change_id is not null`.execute(db)

  // Of the mail server, which all clinics share; so it belongs to no clinic. Both times only grow.
  await sql`
    create table blocked_emails (
      email text primary key,
      blocked_at timestamptz,
      reason text,
      freed_at timestamptz
    )`.execute(db)

  // While its one row is there, no email can leave and the queue waits for it.
  await sql`
    create table email_outages (
      is_the_only boolean primary key default true check (is_the_only),
      reason text not null,
      since timestamptz not null default now(),
      probes integer not null default 0,
      next_probe_at timestamptz not null
    )`.execute(db)
  await keepNeedsAttention(db)
}

/** Whether the newest email to a person came to grief; kept beside the person, so that the list has an index of it. */
async function keepNeedsAttention(db: Kysely<never>): Promise<void> {
  await sql`
    create function keep_needs_attention() returns trigger language plpgsql as $$
    declare
      trouble boolean := new.complained_at is not null
        or (new.bounced_at is not null and (new.bounce_is_final or new.delivered_at is null))
        or (new.failed_at is not null and new.failure_kind is distinct from 'unwanted');
    begin
      update users set needs_attention = trouble
      where clinic_id = new.clinic_id and id = new.user_id
        and needs_attention <> trouble
        and not (trouble and new.kind = 'invitation' and joined_at is not null)
        and not (trouble and lower(email) <> lower(new.recipient))
        and (tg_op = 'INSERT' or not exists (
          select from emails as newer
          where newer.clinic_id = new.clinic_id and newer.user_id = new.user_id and newer.id > new.id));
      return null;
    end $$`.execute(db)
  await sql`
    create trigger keep_needs_attention_on_insert after insert on emails
    for each row execute function keep_needs_attention()`.execute(db)
  await sql`
    create trigger keep_needs_attention_on_update after update on emails
    for each row when (
      (old.sent_at, old.failed_at, old.delivered_at, old.bounced_at, old.bounce_is_final, old.complained_at)
      is distinct from
      (new.sent_at, new.failed_at, new.delivered_at, new.bounced_at, new.bounce_is_final, new.complained_at))
    execute function keep_needs_attention()`.execute(db)

  await sql`
    create function attention_is_over() returns trigger language plpgsql as $$
    begin
      new.needs_attention := false;
      return new;
    end $$`.execute(db)
  await sql`
    create trigger attention_is_over before update on users
    for each row when (
      old.needs_attention and ((old.joined_at is null and new.joined_at is not null)
      or lower(old.email) <> lower(new.email)))
    execute function attention_is_over()`.execute(db)
}
