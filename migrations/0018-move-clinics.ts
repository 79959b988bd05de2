import { type Kysely, sql } from 'kysely'

/**
 * For a clinic that is being moved to another installation: from when triggers call it, whatever was on its way when it was
 * suspended changes nothing here any more. The sweep passes its rows over.
 */
export async function up(db: Kysely<never>): Promise<void> {
  await sql`
    create function clinic_is_elsewhere() returns trigger language plpgsql as $$
    begin
      if tg_op = 'DELETE' then
        return null;
      end if;
      raise exception 'this clinic is being moved to another installation' using errcode = '57P05';
    end $$`.execute(db)
}
