import { sql } from 'kysely'
import type { Role, User } from '../../src/database/schema.ts'
import type { TestApp } from './app.ts'
import type { Asked, Visit } from './browser.ts'
import { Visitor } from './visitor.ts'

/** A proxy on this machine says where people are. */
export const PROXY = { TRUST_PROXY: 'loopback' }

export const INSIDE = '203.0.113.7'
export const OUTSIDE = '198.51.100.9'

/** Somebody who can go from one network to another. */
export class Traveller extends Visitor {
  ip: string

  constructor(app: TestApp['app'], ip: string, origin?: string) {
    super(app, origin)
    this.ip = ip
  }

  override send(asked: Asked): Promise<Visit> {
    return super.send({ ...asked, headers: { 'x-forwarded-for': this.ip, ...asked.headers } })
  }
}

export async function signedInAt(ip: string, { app }: TestApp, user: User): Promise<Traveller> {
  const traveller = new Traveller(app, ip)
  await traveller.signIn(user)
  return traveller
}

/** As if an administrator had saved it. */
export async function limit(
  { db }: Pick<TestApp, 'db'>,
  { clinicId }: Pick<User, 'clinicId'>,
  limitedRoles: Role[],
  networks = ['203.0.113.0/24', '2001:db8:1::/48'],
): Promise<void> {
  await sql`delete from clinic_networks where clinic_id = ${clinicId}`.execute(db)
  const rows = networks.map((network) => ({ clinicId, network, label: 'Front office' }))
  if (rows.length > 0) await db.insertInto('clinicNetworks').values(rows).execute()
  await db.updateTable('clinics').set({ limitedRoles }).where('id', '=', clinicId).execute()
}
