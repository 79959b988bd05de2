import { sql } from 'kysely'
import type { Database, Transaction } from '../database/database.ts'
import { deleteOld, STEP } from '../database/delete-old.ts'

export const FORMS_KEPT_MINUTES = 30

/** A form waiting for confirmation, for going back: one per session and page. */
export interface KeptForm {
  sessionId: string
  /** The page that shows the form. */
  page: string
  /** The confirmation it led to. */
  signedFormId: string
}

/** The latest on each page. Not in the session, which every request reads. */
export async function keepForm(
  db: Database,
  { sessionId, page, signedFormId }: KeptForm,
  fields: object,
): Promise<void> {
  const kept = { signedFormId, fields: JSON.stringify(fields), keptAt: sql<Date>`now()` }
  await db
    .insertInto('keptForms')
    .values({ sessionId, page, ...kept })
    .onConflict((conflict) => conflict.columns(['sessionId', 'page']).doUpdateSet(kept))
    .execute()
}

export async function keptFields(
  db: Database,
  { sessionId, page }: Omit<KeptForm, 'signedFormId'>,
): Promise<Record<string, unknown> | null> {
  const form = await db
    .selectFrom('keptForms')
    .select('fields')
    .where('sessionId', '=', sessionId)
    .where('page', '=', page)
    .where('keptAt', '>', sql<Date>`now() - make_interval(mins => ${FORMS_KEPT_MINUTES})`)
    .executeTakeFirst()
  return form ? JSON.parse(form.fields) : null
}

/** Once it's done, without touching what was typed in another tab since. */
export async function forgetDoneForm(
  db: Database,
  { sessionId, page, signedFormId }: KeptForm,
): Promise<void> {
  const forms = db.deleteFrom('keptForms').where('sessionId', '=', sessionId).where('page', '=', page)
  await forms.where('signedFormId', '=', signedFormId).execute()
}

export async function discardForm(
  db: Database,
  { sessionId, page }: Omit<KeptForm, 'signedFormId'>,
): Promise<void> {
  await db.deleteFrom('keptForms').where('sessionId', '=', sessionId).where('page', '=', page).execute()
}

/** Along with their sessions. */
export async function forgetFormsOf(db: Database | Transaction, sessionIds: string[]): Promise<void> {
  if (sessionIds.length > 0) await db.deleteFrom('keptForms').where('sessionId', 'in', sessionIds).execute()
}

/** A step of the sweep. */
export function forgetOldForms(db: Database): Promise<number> {
  return deleteOld(
    db,
    sql`delete from kept_forms where (session_id, page) in (
      select session_id, page from kept_forms
      where kept_at < now() - make_interval(mins => ${FORMS_KEPT_MINUTES})
      limit ${STEP} for update skip locked)`,
  )
}
