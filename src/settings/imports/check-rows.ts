import { sql } from 'kysely'
import type { Database } from '../../database/database.ts'
import type { RowAnswers } from '../../database/import-schema.ts'
import type { Id, ImportRow, User } from '../../database/schema.ts'
import { type FieldProblem, inWords, problem } from '../../refusal.ts'
import { likelyTypo } from '../../users/email-rules.ts'
import { EmailTaken } from '../../users/email-taken.ts'

export interface CheckedRow extends Pick<ImportRow, 'number' | 'answers' | 'isSkipped'> {
  problems: FieldProblem[]
  /** Someone at the clinic has this address. */
  isHere: boolean
  /** A suggested correction; not a problem in itself. */
  meant: string | null
}

/** What is wrong with each row that is not skipped: by itself, beside the others, and beside who is here already. */
export async function checkRows(
  db: Database,
  clinicId: Id,
  rows: ImportRow[],
  problemsOf: (answers: RowAnswers) => FieldProblem[],
): Promise<CheckedRow[]> {
  const holders = await holdersOf(db, clinicId, rows)
  const firstWith = new Map<string, number>()
  return rows.map(({ number, answers, isSkipped }) => {
    if (isSkipped) return { number, answers, isSkipped, problems: [], isHere: false, meant: null }
    const email = answers.personEmail?.toLowerCase() ?? ''
    const holder = holders.get(email)
    const first = firstWith.get(email)
    if (email && !first) firstWith.set(email, number)
    const problems = [
      ...problemsOf(answers),
      ...(holder ? [inWords(new EmailTaken(holder).problem)] : []),
      ...(first ? [inWords(problem('personEmail', 'emailTakenInRow', { row: first }))] : []),
    ]
    return {
      number,
      answers,
      isSkipped,
      problems,
      isHere: holder !== undefined,
      meant: likelyTypo(answers.personEmail ?? ''),
    }
  })
}

type Holder = Pick<User, 'id' | 'firstName' | 'lastName' | 'email' | 'deactivatedAt'>

async function holdersOf(db: Database, clinicId: Id, rows: ImportRow[]): Promise<Map<string, Holder>> {
  const emails = rows.flatMap(({ answers }) => answers.personEmail?.toLowerCase() ?? [])
  const holders = await db
    .selectFrom('users')
    .select(['id', 'firstName', 'lastName', 'email', 'deactivatedAt'])
    .where('clinicId', '=', clinicId)
    .where(sql`lower(email)`, '=', sql`any(${emails}::text[])`)
    .where('emailFreedAt', 'is', null)
    .execute()
  return new Map(holders.map((holder) => [holder.email.toLowerCase(), holder]))
}
