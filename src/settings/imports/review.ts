import type { FastifyRequest } from 'fastify'
import type { RowAnswers } from '../../database/import-schema.ts'
import type { Import } from '../../database/schema.ts'
import type { FieldProblem } from '../../refusal.ts'
import { refusal } from '../../roles/acting-user.ts'
import { currentUser } from '../../sessions/session.ts'
import { CHECKS } from '../../users/field-checks.ts'
import { inOrder, schemaProblems } from '../../web/forms.ts'
import { NewUserForm, newUserProblems } from '../users/new-user.ts'
import { type CheckedRow, checkRows } from './check-rows.ts'
import { COLUMNS } from './columns.ts'
import { rowsOf } from './imports.ts'
import { readPhoneCell } from './phone-cell.ts'
import { personFrom } from './row-person.ts'
import { CHANGED_MEANWHILE, type ReadyRow } from './run.ts'

/** The rows of a draft with what Add user would object to in each. */
export async function checkedRows(request: FastifyRequest, draft: Import): Promise<CheckedRow[]> {
  const { db } = request.server
  if (draft.untoldColumns) throw refusal('Say which column is which first.')
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
  if (wrong > 0) throw refusal(`${wrong === 1 ? '1 row needs' : `${wrong} rows need`} attention. ${HOW}`)
  if (rows.length === 0) throw refusal('Every row is skipped, so there’s no one to add.')
  if (version !== draft.version) throw refusal(CHANGED_MEANWHILE)
  const me = currentUser(request)
  return rows.map(({ number, answers }) => ({ number, userFields: personFrom(answers, me) }))
}

const HOW = 'Mend what is wrong, or leave it out.'

function problemsOf(request: FastifyRequest): (answers: RowAnswers) => FieldProblem[] {
  const me = currentUser(request)
  const isValid = request.compileValidationSchema(NewUserForm)
  return ({ phoneNumbers = '', ...answers }) => {
    const problems = isValid(answers) ? [] : schemaProblems(isValid.errors ?? [], CHECKS)
    const { problem } = readPhoneCell(phoneNumbers, me.country)
    const phones = problem ? [{ field: 'phoneNumbers', message: problem }] : []
    return inOrder([...problems, ...newUserProblems(me, answers), ...phones], { properties: COLUMNS })
  }
}
