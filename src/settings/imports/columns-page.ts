import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Import } from '../../database/schema.ts'
import type { FieldProblem } from '../../refusal.ts'
import { type Form, formOf } from '../../web/forms.ts'
import { words } from '../../words/en.ts'
import { COLUMN_NAMES, COLUMNS, type Column } from './columns.ts'
import type { Heading } from './headings.ts'
import { rowsOf } from './imports.ts'
import { cellKey } from './row-answers.ts'

declare module 'fastify' {
  interface Pages {
    'settings/imports/columns': { form: Form; columns: ShownColumn[]; choices: string[][]; path: string }
  }
}

const said = words.imports.columns

export const IGNORED = 'ignored'

export type Told = Record<string, Column | typeof IGNORED>

interface ShownColumn {
  name: string
  heading: string
  examples: string
}

const EXAMPLES = 3

const CHOICES = [
  ['', words.imports.choose],
  ...COLUMN_NAMES.map((column) => [column, COLUMNS[column][0]]),
  [IGNORED, said.ignore],
]

/** Asks which column is which, with samples from each. */
export async function columnsPage(
  request: FastifyRequest,
  reply: FastifyReply,
  draft: Import,
  form: Form,
): Promise<unknown> {
  const rows = await rowsOf(request.server.db, draft)
  const columns = untoldOf(draft).map(({ heading }, index) => {
    const examples = rows.flatMap(({ answers }) => answers[cellKey(index)] ?? []).slice(0, EXAMPLES)
    return { name: cellKey(index), heading, examples: examples.join(', ') }
  })
  const isAnswered = columns.some(({ name }) => form.value(name) !== '')
  return reply.page('settings/imports/columns', {
    form: isAnswered || form.errors.length > 0 ? form : formOf(suggested(draft, columns)),
    ...{ columns, choices: CHOICES, path: `/settings/imports/${draft.id}` },
  })
}

/** Every column needs an answer, and no answer can be used twice. */
export function columnProblems(draft: Import, told: Told): FieldProblem[] {
  const fields = untoldOf(draft).map((_, index) => cellKey(index))
  const answers = fields.map((field) => told[field])
  const problems = fields.flatMap((field, index) => {
    const message = columnProblem(answers, index)
    return message ? [{ field, message }] : []
  })
  if (problems.length > 0 || answers.includes('personEmail')) return problems
  return [{ field: cellKey(0), message: said.whichIsEmail }]
}

function columnProblem(answers: (string | undefined)[], index: number): string | null {
  const answer = answers[index]
  if (!answer) return said.answerNeeded
  const first = answers.indexOf(answer)
  return answer === IGNORED || first === index ? null : said.answeredTwice({ at: first + 1 })
}

export function columnsTold(draft: Import, told: Told): { columns: Heading[]; ignored: string[] } {
  const columns = untoldOf(draft).map((_, index) => {
    const answer = told[cellKey(index)]
    return answer === IGNORED ? null : (answer ?? null)
  })
  const ignored = untoldOf(draft).flatMap(({ heading }, index) =>
    columns[index] ? [] : [heading || said.label({ at: index + 1, heading: '' })],
  )
  return { columns, ignored }
}

function untoldOf(draft: Import) {
  return draft.untoldColumns ?? []
}

/** Suggestions from the headings; an empty column is ignored. */
function suggested(draft: Import, shown: ShownColumn[]) {
  const answers = untoldOf(draft).map(({ column }, index) => {
    const { name = '', heading, examples } = shown[index] ?? {}
    return [name, column ?? (heading || examples ? '' : IGNORED)]
  })
  return Object.fromEntries(answers)
}
