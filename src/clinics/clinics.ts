import { sql } from 'kysely'
import type { Config } from '../config.ts'
import { acrossClinics } from '../database/clinic-guard.ts'
import { INSTALLATION } from '../database/columns.ts'
import type { Database, Transaction } from '../database/database.ts'
import { prepared } from '../database/prepared.ts'
import type { Clinic, Id, TwoStepRule } from '../database/schema.ts'
import { newLabelOf } from './labels.ts'

/** What a request knows about its clinic. */
export interface ClinicHere
  extends Pick<
    Clinic,
    | 'id'
    | 'name'
    | 'label'
    | 'country'
    | 'timeZone'
    | 'idleMinutes'
    | 'rememberDays'
    | 'twoStep'
    | 'twoStepFrom'
    | 'limitedRoles'
    | 'suspendReason'
    | 'closesAt'
  > {
  /** Who needs a second step to sign in today. */
  twoStepNow: TwoStepRule
  /** Where it is being visited: scheme, host and port. */
  origin: string
}

/** A clinic that has another label now. */
export interface Moved {
  movedTo: string
}

/** Null before there is any clinic. */
export type Visited = ClinicHere | Moved | 'bare host' | 'unknown' | null

type Hosts = Pick<Config, 'publicUrl' | 'hasManyClinics'>

/** What is at a host name. */
export async function clinicAtHost(
  db: Database,
  { publicUrl, hasManyClinics }: Hosts,
  host: string,
): Promise<Visited> {
  const { hostname } = new URL(publicUrl)
  if (host === hostname) {
    if (hasManyClinics) return 'bare host'
    const [clinic, other] = await firstClinics(db, {})
    if (other) return 'unknown'
    return clinic ? { ...clinic, origin: publicUrl } : null
  }
  if (!host.endsWith(`.${hostname}`)) return 'unknown'
  const label = host.slice(0, -hostname.length - 1)
  const [clinic] = await clinicsLabelled(db, { label })
  if (clinic) return { ...clinic, origin: originUnder(publicUrl, label) }
  const newLabel = await newLabelOf(db, label)
  return newLabel ? { movedTo: originUnder(publicUrl, newLabel) } : 'unknown'
}

/** Where the links in a clinic's emails lead, whoever asked for them and by whatever host. */
export async function clinicOrigin(
  db: Database | Transaction,
  { publicUrl, hasManyClinics }: Hosts,
  clinicId: Id,
): Promise<string> {
  if (clinicId === INSTALLATION) return publicUrl
  const { label, isTheOnly } = await acrossClinics(db, 'the only one has the host of PUBLIC_URL itself')
    .selectFrom('clinics')
    .select(['label', sql<boolean>`not exists (select from clinics where id <> ${clinicId})`.as('isTheOnly')])
    .where('id', '=', clinicId)
    .executeTakeFirstOrThrow()
  return isTheOnly && !hasManyClinics ? publicUrl : originUnder(publicUrl, label)
}

export async function findClinic(db: Database | Transaction, id: Id): Promise<Clinic> {
  return db.selectFrom('clinics').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
}

export async function hasClinic(db: Database | Transaction): Promise<boolean> {
  const all = acrossClinics(db, 'whether there is any').selectFrom('clinics')
  return (await all.select('id').limit(1).executeTakeFirst()) !== undefined
}

const firstClinics = prepared((db) => shown(db).orderBy('id').limit(sql.lit(2)))

const clinicsLabelled = prepared((db, { label }: { label: string }) =>
  shown(db).where(sql`lower(label)`, '=', label),
)

/** Until the moment at which it is deleted; that takes a while. */
const isThere = sql<boolean>`(closes_at is null or closes_at > now())`

/** The rule once its day has come, by the clinic's own clock. */
const twoStepNow = sql<TwoStepRule>`
  case when two_step_from <= (now() at time zone clinics.time_zone)::date then two_step else 'nobody' end`

function shown(db: Database) {
  return acrossClinics(db, 'this finds out which clinic it is')
    .selectFrom('clinics')
    .select([
      'id',
      'name',
      'label',
      'country',
      'timeZone',
      'idleMinutes',
      'rememberDays',
      'twoStep',
      'limitedRoles',
      'suspendReason',
      'closesAt',
    ])
    .where(isThere)
    .select(sql<string | null>`two_step_from::text`.as('twoStepFrom'))
    .select(twoStepNow.as('twoStepNow'))
}

/** Of a clinic with this label. */
export function originUnder(publicUrl: string, label: string): string {
  const { protocol, host } = new URL(publicUrl)
  return `${protocol}//${label.toLowerCase()}.${host}`
}
