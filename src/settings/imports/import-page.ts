import type { FastifyReply, FastifyRequest } from 'fastify'
import { TIME_ZONES } from '../../clinics/time-zones.ts'
import type { Import } from '../../database/schema.ts'
import type { Role } from '../../roles/roles.ts'
import { currentUser } from '../../sessions/session-of-request.ts'
import { NotFound } from '../../web/errors.ts'
import { type Form, formOf } from '../../web/forms.ts'
import { words } from '../../words/en.ts'
import { roleChoices } from '../users/user-form.ts'
import type { CheckedRow } from './check-rows.ts'
import { rowField } from './columns.ts'
import { columnsPage } from './columns-page.ts'
import { findImport } from './imports.ts'
import { checkedRows } from './review-page.ts'
import { runPage } from './run-page.ts'

declare module 'fastify' {
  interface Pages {
    'settings/imports/review': {
      form: Form
      userImport: Import
      ready: CheckedRow[]
      wrong: CheckedRow[]
      toMend: CheckedRow[]
      skipped: CheckedRow[]
      path: string
      isOpened: boolean
      doubtful: number
      here: number
      rowForm: Form
      roles: (readonly [role: Role, label: string])[]
      roleLabels: Partial<Record<Role, string>>
      timeZones: readonly string[]
    }
  }
}

/** More would make a long page; the next ones appear once these are fixed. */
const ROWS_TO_MEND_AT_ONCE = 20

/** The import in the URL, if the viewer can see it. @throws {NotFound} */
export async function importOfRequest(request: FastifyRequest): Promise<Import> {
  const { id } = request.params as { id: string }
  const userImport = await findImport(request.server.db, currentUser(request), id)
  if (!userImport) throw new NotFound()
  return userImport
}

/** Its review while it's a draft, then its progress, then its results. */
export async function importPage(request: FastifyRequest, reply: FastifyReply, form: Form): Promise<unknown> {
  const userImport = await importOfRequest(request)
  if (userImport.startedAt) return runPage(request, reply, userImport, form)
  if (userImport.untoldColumns) return columnsPage(request, reply, userImport, form)
  const rows = await checkedRows(request, userImport)
  const roles = roleChoices(request)
  const opened = Number((request.query as { row?: string }).row)
  const isOpened = ({ number }: CheckedRow) => number === opened
  const wrong = rows.filter(({ problems }) => problems.length > 0)
  const ready = rows.filter(({ isSkipped, problems }) => !isSkipped && problems.length === 0)
  const toMend = rows.some(isOpened) ? rows.filter(isOpened) : wrong.slice(0, ROWS_TO_MEND_AT_ONCE)
  return reply.page('settings/imports/review', {
    ...{ form, userImport, ready, wrong, toMend, path: `/settings/imports/${userImport.id}` },
    isOpened: rows.some(isOpened),
    doubtful: ready.filter(({ meant }) => meant).length,
    skipped: rows.filter(({ isSkipped }) => isSkipped),
    here: wrong.filter(({ isHere }) => isHere).length,
    rowForm: rowFormOf(toMend),
    roles: roles.map(({ role, label }) => [role, label] as const),
    roleLabels: Object.fromEntries(roles.map(({ role, label }) => [role, label])),
    timeZones: TIME_ZONES,
  })
}

/** A select can't show what was typed instead. */
const CHOSEN = ['role', 'isPractitioner', 'timeZone']

/** The rows as one form, each field prefixed with its row number. */
function rowFormOf(rows: CheckedRow[]): Form {
  const values = rows.flatMap(({ number, answers, isSkipped }) => [
    ...Object.entries(answers).map(([field, value]) => [rowField(number, field), value]),
    [rowField(number, 'skip'), isSkipped ? 'yes' : ''],
  ])
  const errors = rows.flatMap(({ number, answers, problems }) =>
    problems.map(({ field, message, link }) => {
      const typed = CHOSEN.includes(field) && answers[field]
      const said = typed ? words.imports.review.listSays({ message, typed }) : message
      return { field: rowField(number, field), message: said, link }
    }),
  )
  return formOf(Object.fromEntries(values), errors)
}
