import type { TestApp } from './app.ts'
import { onServer } from './postgres.ts'

/** As if so much of the 30 days had passed; only the owner of the tables can bring it nearer. */
export async function bringClosingNear(
  { ownerUrl }: Pick<TestApp, 'ownerUrl'>,
  clinicId: string,
  left: string,
): Promise<void> {
  const trigger = 'trigger clinics_close_in_time'
  await onServer(
    ownerUrl(),
    `begin;
     alter table clinics disable ${trigger};
     update clinics set closes_at = now() + interval '${left}' where id = ${Number(clinicId)};
     alter table clinics enable ${trigger};
     commit`,
  )
}
