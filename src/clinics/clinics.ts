import type { Database, Transaction } from '../database/database.ts'
import type { Clinic, Id } from '../database/schema.ts'

/**
 * Which clinic a request belongs to: the only one there is; with several, the one whose label is the first part
 * of the host name under PUBLIC_URL's. Null before set-up and for a host that is no clinic's.
 */
export async function clinicForHost(db: Database, publicUrl: string, host: string): Promise<Clinic | null> {
  const clinics = await db.selectFrom('clinics').selectAll().orderBy('id').limit(2).execute()
  if (clinics.length < 2) return clinics[0] ?? null

  const parent = `.${new URL(publicUrl).hostname}`
  if (!host.toLowerCase().endsWith(parent)) return null
  const label = host.toLowerCase().slice(0, -parent.length)
  const clinic = db.selectFrom('clinics').selectAll().where('label', '=', label)
  return (await clinic.executeTakeFirst()) ?? null
}

export async function findClinic(db: Database | Transaction, id: Id): Promise<Clinic> {
  return db.selectFrom('clinics').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
}

export async function hasClinic(db: Database): Promise<boolean> {
  return (await db.selectFrom('clinics').select('id').limit(1).executeTakeFirst()) !== undefined
}
