import type { Database, Transaction } from './database.ts'
import type { Id } from './schema.ts'

/** Runs a signed form's action in its own transaction, once, however often the form is submitted. */
export async function oncePerSubmission(
  db: Database,
  clinicId: Id,
  submissionId: string | null,
  action: (trx: Transaction) => Promise<Id>,
): Promise<Id> {
  const done = await subjectOfSubmission(db, clinicId, submissionId)
  if (done) return done
  try {
    return await db.transaction().execute(action)
  } catch (error) {
    const doneByAnother = await subjectOfSubmission(db, clinicId, submissionId)
    if (doneByAnother) return doneByAnother
    throw error
  }
}

/** The person whom an earlier submission of the same form acted on. */
async function subjectOfSubmission(
  db: Database,
  clinicId: Id,
  submissionId: string | null,
): Promise<Id | null> {
  if (!submissionId) return null
  const event = await db
    .selectFrom('events')
    .select('subjectId')
    .where('clinicId', '=', clinicId)
    .where('submissionId', '=', submissionId)
    .executeTakeFirst()
  return event?.subjectId ?? null
}
