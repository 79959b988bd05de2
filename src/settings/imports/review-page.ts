import type { FastifyRequest } from 'fastify'
import type { RowAnswers } from '../../database/import-schema.ts'
import type { Import } from '../../database/schema.ts'
import { type FieldProblem, Refusal } from '../../refusal.ts'
import { currentUser } from '../../sessions/session-of-request.ts'
import { CHECKS } from '../../users/field-checks.ts'
import { inOrder, schemaProblems } from '../../web/forms.ts'
import { NewUserForm, newUserAsker, newUserProblems } from '../users/new-user-form.ts'
import { type CheckedRow, checkRows } from './check-rows.ts'
import { COLUMNS } from './columns.ts'
import { rowsOf } from './imports.ts'
import { readPhoneCell } from './phone-cell.ts'
import { userFrom } from './row-user.ts'
import type { ReadyRow } from './run.ts'

/** A draft's rows with the problems that Add user would report. */
export async function checkedRows(request: FastifyRequest, draft: Import): Promise<CheckedRow[]> {
  const { db } = request.server
  if (draft.untoldColumns) throw new Refusal('form', 'columnsUnnamed')
  const rows = await rowsOf(db, draft)
  return checkRows(db, draft.clinicId, rows, problemsOf(request))
}

/**
 * Everybody who is to be added, once nothing is wrong with any row.
 * @param version of the list that was looked at
 */
export async function readyRows(
  request: FastifyRequest,
  draft: Import,
  version: number,
): Promise<ReadyRow[]> {
  const rows = (await checkedRows(request, draft)).filter(({ isSkipped }) => !isSkipped)
  const wrong = rows.filter(({ problems }) => problems.length > 0).length
  if (wrong > 0) throw new Refusal('form', 'rowsNeedAttention', { rows: wrong })
  if (rows.length === 0) throw new Refusal('form', 'everyRowSkipped')
  if (version !== draft.version) throw new Refusal('form', 'importChanged')
  const me = currentUser(request)
  return rows.map(({ number, answers }) => ({ number, userFields: userFrom(answers, me) }))
}

function problemsOf(request: FastifyRequest): (answers: RowAnswers) => FieldProblem[] {
  const me = newUserAsker(request)
  const isValid = request.compileValidationSchema(NewUserForm)
  return ({ phoneNumbers = '', ...answers }) => {
    const problems = isValid(answers) ? [] : schemaProblems(isValid.errors ?? [], CHECKS)
    const { problem } = readPhoneCell(phoneNumbers, me.country)
    const phones = problem ? [{ field: 'phoneNumbers', message: problem }] : []
    return inOrder([...problems, ...newUserProblems(me, answers), ...phones], { properties: COLUMNS })
  }
}
