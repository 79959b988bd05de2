import { sql } from 'kysely'
import { acrossClinics } from '../database/clinic-guard.ts'
import type { Database, Transaction } from '../database/database.ts'
import { deleteOld, STEP } from '../database/delete-old.ts'
import type { Id } from '../database/schema.ts'

const FORMS_KEPT_MINUTES = 30

/** A form waiting for confirmation, for going back: one per session and page. */
interface KeptForm {
  clinicId: Id
  sessionId: string
  /** The page that shows the form. */
  page: string
  /** The confirmation it led to. */
  signedFormId: string
}

/** The latest on each page. Not in the session, which every request reads. */
export async function keepForm(
  db: Database,
  { clinicId, sessionId, page, signedFormId }: KeptForm,
  fields: object,
): Promise<void> {
  const kept = { signedFormId, fields: JSON.stringify(fields), keptAt: sql<Date>`now()` }
  await db
    .insertInto('keptForms')
    .values({ clinicId, sessionId, page, ...kept })
    .onConflict((conflict) => conflict.columns(['clinicId', 'sessionId', 'page']).doUpdateSet(kept))
    .execute()
}

export async function keptFields(
  db: Database,
  { clinicId, sessionId, page }: Omit<KeptForm, 'signedFormId'>,
): Promise<Record<string, unknown> | null> {
  const form = await db
    .selectFrom('keptForms')
    .select('fields')
    .where('clinicId', '=', clinicId)
    .where('sessionId', '=', sessionId)
    .where('page', '=', page)
    .where('keptAt', '>', sql<Date>`now() - make_interval(mins => ${FORMS_KEPT_MINUTES})`)
    .executeTakeFirst()
  return form ? JSON.parse(form.fields) : null
}

/** Once it's done, without touching what was typed in another tab since. */
export async function forgetDoneForm(
  db: Database,
  { clinicId, sessionId, page, signedFormId }: KeptForm,
): Promise<void> {
  const forms = db
    .deleteFrom('keptForms')
    .where('clinicId', '=', clinicId)
    .where('sessionId', '=', sessionId)
    .where('page', '=', page)
  await forms.where('signedFormId', '=', signedFormId).execute()
}

export async function discardForm(
  db: Database,
  { clinicId, sessionId, page }: Omit<KeptForm, 'signedFormId'>,
): Promise<void> {
  await db
    .deleteFrom('keptForms')
    .where('clinicId', '=', clinicId)
    .where('sessionId', '=', sessionId)
    .where('page', '=', page)
    .execute()
}

/** Along with their sessions. */
export async function forgetFormsOf(
  db: Database | Transaction,
  clinicId: Id,
  sessionIds: string[],
): Promise<void> {
  if (sessionIds.length === 0) return
  await db
    .deleteFrom('keptForms')
    .where('clinicId', '=', clinicId)
    .where('sessionId', 'in', sessionIds)
    .execute()
}

/** A step of the sweep. */
export function forgetOldForms(db: Database): Promise<number> {
  return deleteOld(
    acrossClinics(db, 'the sweep is one for all'),
    sql`delete from kept_forms where (clinic_id, session_id, page) in (
      select clinic_id, session_id, page from kept_forms
      where kept_at < now() - make_interval(mins => ${FORMS_KEPT_MINUTES})
      limit ${STEP} for update skip locked)`,
  )
}
