import { type ExpressionBuilder, sql } from 'kysely'
import { acrossClinics } from '../../database/clinic-guard.ts'
import type { Database } from '../../database/database.ts'
import { deleteOld } from '../../database/delete-old.ts'
import type { Id, Import, ImportRow, Schema } from '../../database/schema.ts'
import { fullName } from '../../users/names.ts'
import { findUser } from '../../users/users.ts'

export const DRAFT_VALID_HOURS = 24
export const RESULTS_KEPT_DAYS = 30
/** Each can have a thousand rows. */
const LISTS_AT_ONCE = 10

interface Viewer {
  clinicId: Id
  id: Id
}

/** Only its creator sees a draft; anyone who can add people sees an import that has started. */
export async function findImport(db: Database, viewer: Viewer, id: Id): Promise<Import | null> {
  const userImport = db
    .selectFrom('imports')
    .selectAll()
    .where('id', '=', id)
    .where((eb) => isVisible(eb, viewer))
  return (await userImport.executeTakeFirst()) ?? null
}

export function rowsOf(db: Database, userImport: Pick<Import, 'clinicId' | 'id'>): Promise<ImportRow[]> {
  return db
    .selectFrom('importRows')
    .selectAll()
    .where('clinicId', '=', userImport.clinicId)
    .where('importId', '=', userImport.id)
    .orderBy('number')
    .execute()
}

/** Who started it, and who stopped it; null where nobody did. */
export async function namesOf(db: Database, { clinicId, createdBy, stoppedBy }: Import) {
  const [starter, stopper] = [
    await findUser(db, clinicId, createdBy),
    stoppedBy && (await findUser(db, clinicId, stoppedBy)),
  ]
  return { starter: starter ? fullName(starter) : '', stopper: stopper ? fullName(stopper) : '' }
}

export interface Progress {
  added: number
  refused: number
  waiting: number
  skipped: number
}

export interface ListedImport extends Import {
  progress: Progress
  makerName: string
}

/** Newest first: one's own drafts, and every import that has started. */
export async function listImports(db: Database, viewer: Viewer): Promise<ListedImport[]> {
  const imports = await db
    .selectFrom('imports')
    .innerJoin('users', (join) =>
      join.onRef('users.clinicId', '=', 'imports.clinicId').onRef('users.id', '=', 'imports.createdBy'),
    )
    .selectAll('imports')
    .select(sql<string>`trim(first_name || ' ' || last_name)`.as('makerName'))
    .where((eb) => isVisible(eb, viewer))
    .orderBy('imports.id', 'desc')
    .limit(IMPORTS_SHOWN)
    .execute()
  const counted = await countRows(
    db,
    viewer.clinicId,
    imports.map(({ id }) => id),
  )
  return imports.map((userImport) => ({ ...userImport, progress: counted.get(userImport.id) ?? NOBODY }))
}

/** A step of the sweep: drafts and results contain details of people who may never join. */
export function deleteExpiredImports(db: Database): Promise<number> {
  return deleteOld(
    acrossClinics(db, 'the sweep is one for all'),
    sql`delete from imports where id in (
      select id from imports
      where case when started_at is null
        then created_at < now() - make_interval(hours => ${DRAFT_VALID_HOURS})
        else finished_at < now() - make_interval(days => ${RESULTS_KEPT_DAYS}) end
      limit ${LISTS_AT_ONCE} for update skip locked)`,
  )
}

const IMPORTS_SHOWN = 20
const NOBODY: Progress = { added: 0, refused: 0, waiting: 0, skipped: 0 }

function isVisible(eb: ExpressionBuilder<Schema, 'imports'>, { clinicId, id }: Viewer) {
  return eb.and([
    eb('imports.clinicId', '=', clinicId),
    eb.or([
      eb('startedAt', 'is not', null),
      eb.and([
        eb('createdBy', '=', id),
        eb('imports.createdAt', '>', sql<Date>`now() - make_interval(hours => ${DRAFT_VALID_HOURS})`),
      ]),
    ]),
  ])
}

async function countRows(db: Database, clinicId: Id, ids: Id[]): Promise<Map<Id, Progress>> {
  if (ids.length === 0) return new Map()
  const counts = await db
    .selectFrom('importRows')
    .select('importId')
    .select([
      sql<number>`count(user_id)::int`.as('added'),
      sql<number>`count(refusal)::int`.as('refused'),
      sql<number>`(count(*) filter (where is_skipped))::int`.as('skipped'),
      sql<number>`(count(*) filter (where not is_skipped and user_id is null and refusal is null))::int`.as(
        'waiting',
      ),
    ])
    .where('clinicId', '=', clinicId)
    .where('importId', 'in', ids)
    .groupBy('importId')
    .execute()
  return new Map(counts.map(({ importId, ...progress }) => [importId, progress]))
}
