import { sql } from 'kysely'
import type { Database, Transaction } from '../../database/database.ts'
import type { Id, Import } from '../../database/schema.ts'
import type { ActingUser } from '../../events/events.ts'
import { Refusal } from '../../refusal.ts'
import { lockActor } from '../../roles/acting-user.ts'
import type { Heading } from './headings.ts'
import type { ReadList, ReadRow } from './read-users.ts'
import { answersTold, type Defaults } from './row-answers.ts'

const DRAFTS_MAX = 5

/** Kept until it's started or a day has passed. Each person's oldest drafts over the limit are deleted. */
export function createDraft(
  db: Database,
  actor: ActingUser,
  { rows, ignoredColumns, untoldColumns }: ReadList,
  { defaults, isEncodingGuessed }: { defaults: Defaults; isEncodingGuessed: boolean },
): Promise<Id> {
  return db.transaction().execute(async (trx) => {
    const { clinicId, id: createdBy } = await lockActor(trx, actor, 'users.add')
    const { id: importId } = await trx
      .insertInto('imports')
      .values({
        ...{ clinicId, createdBy, ignoredColumns, isEncodingGuessed, defaults: JSON.stringify(defaults) },
        untoldColumns: untoldColumns && JSON.stringify(untoldColumns),
      })
      .returning('id')
      .executeTakeFirstOrThrow()
    const values = rows.map(({ number, answers }) => {
      return { importId, clinicId, number, answers: JSON.stringify(answers) }
    })
    await trx.insertInto('importRows').values(values).execute()
    await forgetOldest(trx, { clinicId, createdBy })
    return importId
  })
}

export interface ChangedRow extends ReadRow {
  isSkipped: boolean
}

/** Turns cells into answers, once someone says which column is which. The first answer counts, in whichever tab. */
export async function tellColumns(
  db: Database,
  actor: ActingUser,
  draft: Import,
  columns: Heading[],
  ignoredColumns: string[],
): Promise<void> {
  await db.transaction().execute(async (trx) => {
    await lockActor(trx, actor, 'users.add')
    const { numUpdatedRows } = await trx
      .updateTable('imports')
      .set({ version: sql`version + 1`, untoldColumns: null, ignoredColumns })
      .where('clinicId', '=', draft.clinicId)
      .where('id', '=', draft.id)
      .where('startedAt', 'is', null)
      .where('untoldColumns', 'is not', null)
      .executeTakeFirst()
    if (numUpdatedRows === 0n) return
    const rows = await trx
      .selectFrom('importRows')
      .select(['number', 'answers', 'isSkipped'])
      .where('clinicId', '=', draft.clinicId)
      .where('importId', '=', draft.id)
      .execute()
    const told = rows.map(({ answers, ...row }) => {
      return { ...row, answers: answersTold(answers, columns, draft.defaults) }
    })
    await replaceAnswers(trx, draft, told)
  })
}

/** @throws {Refusal} once it has started */
export function saveRows(db: Database, actor: ActingUser, draft: Import, rows: ChangedRow[]): Promise<void> {
  return changeDraft(db, actor, draft, (trx) => replaceAnswers(trx, draft, rows))
}

async function replaceAnswers(trx: Transaction, draft: Import, rows: ChangedRow[]): Promise<void> {
  await sql`
    update import_rows set answers = typed.answers, is_skipped = typed."isSkipped"
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
      as typed (number integer, answers jsonb, "isSkipped" boolean)
    where clinic_id = ${draft.clinicId} and import_id = ${draft.id} and import_rows.number = typed.number`.execute(
    trx,
  )
}

/** @throws {Refusal} once it has started */
export function skipRows(db: Database, actor: ActingUser, draft: Import, numbers: number[]): Promise<void> {
  return changeDraft(db, actor, draft, async (trx) => {
    await trx
      .updateTable('importRows')
      .set({ isSkipped: true })
      .where('clinicId', '=', draft.clinicId)
      .where('importId', '=', draft.id)
      .where('number', '=', sql<number>`any(${numbers}::int[])`)
      .execute()
  })
}

/** Only drafts can be discarded. */
export async function discardDraft(db: Database, actor: ActingUser, draft: Import): Promise<void> {
  await db.transaction().execute(async (trx) => {
    await lockActor(trx, actor, 'users.add')
    await trx
      .deleteFrom('imports')
      .where('clinicId', '=', draft.clinicId)
      .where('id', '=', draft.id)
      .where('startedAt', 'is', null)
      .execute()
  })
}

async function changeDraft(
  db: Database,
  actor: ActingUser,
  draft: Import,
  change: (trx: Transaction) => Promise<void>,
): Promise<void> {
  await db.transaction().execute(async (trx) => {
    await lockActor(trx, actor, 'users.add')
    const { numUpdatedRows } = await trx
      .updateTable('imports')
      .set({ version: sql`version + 1` })
      .where('clinicId', '=', draft.clinicId)
      .where('id', '=', draft.id)
      .where('startedAt', 'is', null)
      .where('untoldColumns', 'is', null)
      .executeTakeFirst()
    if (numUpdatedRows === 0n) throw new Refusal('form', 'importStarted')
    await change(trx)
  })
}

async function forgetOldest(trx: Transaction, maker: { clinicId: Id; createdBy: Id }): Promise<void> {
  const drafts = trx
    .selectFrom('imports')
    .select('id')
    .where('clinicId', '=', maker.clinicId)
    .where('createdBy', '=', maker.createdBy)
    .where('startedAt', 'is', null)
    .orderBy('id', 'desc')
    .offset(DRAFTS_MAX)
  await trx.deleteFrom('imports').where('clinicId', '=', maker.clinicId).where('id', 'in', drafts).execute()
}
