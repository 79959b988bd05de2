import type { Database } from '../database/database.ts'
import { oncePerSubmission } from '../database/submissions.ts'
import { type ActingUser, recordEvent } from './events.ts'

interface Export {
  action: 'users.exported' | 'activity.exported'
  /** The URL's. */
  query: object
  submissionId: string
}

/** Submitting again asks for the password again and returns the file; it's still one export. */
export async function recordExport(
  db: Database,
  actor: ActingUser,
  { action, query, submissionId }: Export,
): Promise<void> {
  // Encoded, because people can type characters that the database can't store.
  const shown = new URLSearchParams(query as Record<string, string>).toString()
  await oncePerSubmission(db, actor.clinicId, submissionId, async (trx) => {
    const event = { action, subjectId: actor.userId, after: { shown }, submissionId }
    await recordEvent(trx, actor, event)
    return actor.userId
  })
}
