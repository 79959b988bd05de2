import type { Database, Transaction } from '../database/database.ts'
import type { Account, Id } from '../database/schema.ts'

/**
 * Which clinic a request belongs to: the only one there is; with several, the one whose subdomain is the first label
 * of the host under PUBLIC_URL's. Null before set-up and for a host that is no clinic's.
 */
export async function accountForHost(db: Database, publicUrl: string, host: string): Promise<Account | null> {
  const accounts = await db.selectFrom('accounts').selectAll().orderBy('id').limit(2).execute()
  if (accounts.length < 2) return accounts[0] ?? null

  const parent = `.${new URL(publicUrl).hostname}`
  if (!host.toLowerCase().endsWith(parent)) return null
  const subdomain = host.toLowerCase().slice(0, -parent.length)
  const account = db.selectFrom('accounts').selectAll().where('subdomain', '=', subdomain)
  return (await account.executeTakeFirst()) ?? null
}

export async function findAccount(db: Database | Transaction, id: Id): Promise<Account> {
  return db.selectFrom('accounts').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
}

export async function hasAccount(db: Database): Promise<boolean> {
  return (await db.selectFrom('accounts').select('id').limit(1).executeTakeFirst()) !== undefined
}
