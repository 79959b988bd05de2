import { type Kysely, sql } from 'kysely'

/** Whoever has a limited role, and is no owner, uses Frontdesk only from the clinic's networks, or `anywhere`. */
export async function up(db: Kysely<never>): Promise<void> {
  await sql`alter table clinics add column limited_roles text[] not null default '{}'`.execute(db)
  await sql`alter table users add column anywhere boolean not null default false`.execute(db)
  await sql`
    create table clinic_networks (
      clinic_id bigint not null references clinics,
      network cidr not null,
      label text not null,
      primary key (clinic_id, network)
    )`.execute(db)
}
