import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import type { Import } from '../../database/schema.ts'
import { InvalidForm } from '../../refusal.ts'
import { actorOf } from '../../sessions/session-of-request.ts'
import { requireVerified } from '../../sessions/verification-plugin.ts'
import { EmptyForm, IdParams } from '../../users/fields.ts'
import { words } from '../../words/en.ts'
import { COLUMN_NAMES, rowField } from './columns.ts'
import { columnProblems, columnsTold, IGNORED, type Told } from './columns-page.ts'
import { type ChangedRow, discardDraft, saveRows, skipRows, tellColumns } from './drafts.ts'
import { importOfRequest, importPage } from './import-page.ts'
import { checkedRows } from './review-page.ts'
import { rowAnswers } from './row-answers.ts'
import { startImport } from './run.ts'
import { readyRowsOf, StartForm, startConfirmation } from './start-form.ts'

/** Twenty rows, even in scripts whose letters take nine bytes each when encoded. */
const ROWS_MAX_BYTES = 512 * 1024

const RowsForm = Type.Object(
  {
    skip: Type.Optional(Type.Unsafe<'here' | 'wrong'>(Type.String({ enum: ['here', 'wrong'] }))),
    /** The row whose address is replaced by the suggestion. */
    meant: Type.Optional(Type.String({ pattern: '^[1-9][0-9]{0,6}$' })),
  },
  {
    patternProperties: { [`^row[1-9][0-9]{0,6}-(${COLUMN_NAMES.join('|')}|skip)$`]: Type.String() },
    additionalProperties: false,
  },
)

const ColumnsForm = Type.Unsafe<Told>(
  Type.Object(
    {},
    {
      patternProperties: {
        '^column[1-9][0-9]?$': Type.String({
          enum: ['', IGNORED, ...COLUMN_NAMES],
          message: words.imports.columns.fromList,
        }),
      },
      additionalProperties: false,
    },
  ),
)

export const draftRoutes: FastifyPluginAsyncTypebox = async (app) => {
  app.post(
    '/:id/columns',
    {
      config: { access: 'users.add', onInvalid: importPage },
      schema: { params: IdParams, body: ColumnsForm },
    },
    async (request, reply) => {
      const draft = await importOfRequest(request)
      const told = request.body
      if (draft.untoldColumns) {
        const problems = columnProblems(draft, told)
        if (problems.length > 0) throw new InvalidForm(problems)
        const { columns, ignored } = columnsTold(draft, told)
        await tellColumns(app.db, actorOf(request), draft, columns, ignored)
      }
      return reply.redirect(`/settings/imports/${draft.id}`, 303)
    },
  )

  app.post(
    '/:id',
    {
      config: { access: 'users.add', onInvalid: importPage },
      schema: { params: IdParams, body: RowsForm },
      bodyLimit: ROWS_MAX_BYTES,
    },
    async (request, reply) => {
      const draft = await importOfRequest(request)
      const { skip: which, meant, ...fields } = request.body
      const changed = changedRows(fields)
      if (changed.length > 0) await saveRows(app.db, actorOf(request), draft, changed)
      if (meant) await takeMeantEmail(request, draft, Number(meant))
      if (which) {
        const rows = await checkedRows(request, draft)
        const out = rows.filter(({ problems, isHere }) => (which === 'here' ? isHere : problems.length > 0))
        await skipRows(
          app.db,
          actorOf(request),
          draft,
          out.map(({ number }) => number),
        )
      }
      return reply.redirect(`/settings/imports/${draft.id}`, 303)
    },
  )

  app.post(
    '/:id/start',
    {
      config: { access: 'users.add', onInvalid: importPage, verify: startConfirmation },
      schema: { params: IdParams, body: StartForm },
    },
    async (request, reply) => {
      const userImport = await importOfRequest(request)
      if (!userImport.startedAt) {
        requireVerified(request)
        await startImport(app.db, actorOf(request), userImport, await readyRowsOf(request, userImport))
      }
      return reply.redirect(`/settings/imports/${userImport.id}`, 303)
    },
  )

  app.post(
    '/:id/discard',
    { config: { access: 'users.add', onInvalid: importPage }, schema: { params: IdParams, body: EmptyForm } },
    async (request, reply) => {
      await discardDraft(app.db, actorOf(request), await importOfRequest(request))
      request.flash('notice', words.imports.review.discarded)
      return reply.redirect('/settings/imports', 303)
    },
  )
}

async function takeMeantEmail(request: FastifyRequest, draft: Import, wanted: number): Promise<void> {
  const row = (await checkedRows(request, draft)).find(({ number }) => number === wanted)
  if (!row?.meant) return
  const { number, isSkipped, answers, meant: personEmail } = row
  const actor = actorOf(request)
  await saveRows(request.server.db, actor, draft, [
    { number, isSkipped, answers: { ...answers, personEmail } },
  ])
}

function changedRows(fields: object): ChangedRow[] {
  const typed = new Map(Object.entries(fields) as [string, string][])
  const numbers = new Set([...typed.keys()].map((field) => Number.parseInt(field.slice('row'.length), 10)))
  return [...numbers].map((number) => ({
    number,
    answers: rowAnswers((column) => typed.get(rowField(number, column)) ?? ''),
    isSkipped: typed.get(rowField(number, 'skip')) === 'yes',
  }))
}
