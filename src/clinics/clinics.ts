import { sql } from 'kysely'
import { acrossClinics } from '../database/clinic-guard.ts'
import type { Database, Transaction } from '../database/database.ts'
import { prepared } from '../database/prepared.ts'
import type { Clinic, Id, TwoStepRule } from '../database/schema.ts'

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
  > {
  /** Who needs a second step to sign in today. */
  twoStepNow: TwoStepRule
  /** Where it is being visited: scheme, host and port. */
  origin: string
}

/** The clinic at a host name: null before there is any, `unknown` where none has it. */
export async function clinicAtHost(
  db: Database,
  publicUrl: string,
  host: string,
): Promise<ClinicHere | 'unknown' | null> {
  const { hostname } = new URL(publicUrl)
  if (host === hostname) {
    const [clinic, other] = await firstClinics(db, {})
    if (other) return 'unknown'
    return clinic ? { ...clinic, origin: publicUrl } : null
  }
  if (!host.endsWith(`.${hostname}`)) return 'unknown'
  const label = host.slice(0, -hostname.length - 1)
  const [clinic] = await clinicsLabelled(db, { label })
  return clinic ? { ...clinic, origin: originUnder(publicUrl, label) } : 'unknown'
}

/** Where the links in a clinic's emails lead, whoever asked for them and by whatever host. */
export async function clinicOrigin(
  db: Database | Transaction,
  publicUrl: string,
  clinicId: Id,
): Promise<string> {
  const { label, isTheOnly } = await acrossClinics(db, 'the only one has the host of PUBLIC_URL itself')
    .selectFrom('clinics')
    .select(['label', sql<boolean>`not exists (select from clinics where id <> ${clinicId})`.as('isTheOnly')])
    .where('id', '=', clinicId)
    .executeTakeFirstOrThrow()
  return isTheOnly ? publicUrl : originUnder(publicUrl, label)
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
    ])
    .select(sql<string | null>`two_step_from::text`.as('twoStepFrom'))
    .select(twoStepNow.as('twoStepNow'))
}

function originUnder(publicUrl: string, label: string): string {
  const { protocol, host } = new URL(publicUrl)
  return `${protocol}//${label.toLowerCase()}.${host}`
}
