import { closeClinic, keepClinic } from '../../clinics/closing.ts'
import type { Database } from '../../database/database.ts'
import type { ActingUser } from '../../events/events.ts'
import { Refusal } from '../../refusal.ts'
import { lockActor } from '../../roles/acting-user.ts'

/** An owner's decision, verified. Pressed twice, it is made once. @throws {Refusal} where another name was typed */
export async function closeOwnClinic(db: Database, actor: ActingUser, typedName: string): Promise<void> {
  await db.transaction().execute(async (trx) => {
    await lockActor(trx, actor, 'clinic.ownership')
    const clinic = trx.selectFrom('clinics').select('name').where('id', '=', actor.clinicId)
    const { name } = await clinic.executeTakeFirstOrThrow()
    if (!isSameName(typedName, name)) throw new Refusal('typedName', 'typeClinicName', { name })
    await closeClinic(trx, actor)
  })
}

export function keepOwnClinic(db: Database, actor: ActingUser): Promise<boolean> {
  return db.transaction().execute(async (trx) => {
    await lockActor(trx, actor, 'clinic.ownership')
    return keepClinic(trx, actor)
  })
}

/** It is to make sure that they mean this clinic, and no test of spelling. */
export function isSameName(typed: string, name: string): boolean {
  const plain = (text: string) =>
    text.normalize('NFKC').toLowerCase().replaceAll(/['’]/g, '’').replace(/\s+/g, ' ').trim()
  return plain(typed) === plain(name)
}
