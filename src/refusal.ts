import { refusals } from './words/en/refusals.ts'

type Refusals = typeof refusals
type RefusalCode = keyof Refusals

/** A code with the values that its sentence needs. */
type Coded = {
  [Code in RefusalCode]: Refusals[Code] extends (values: infer Values) => unknown
    ? [code: Code, values: Values]
    : [code: Code]
}[RefusalCode]

/** What was refused, and at which answer of the form. Kept with the rows of an import, so the values survive JSON. */
export interface Problem {
  field: string
  code: RefusalCode
  values?: object
}

/** The same in plain words, as a form shows it. */
export interface FieldProblem {
  field: string
  message: string
  link?: { text: string; href: string } | undefined
}

export function problem(field: string, ...[code, values]: Coded): Problem {
  return values ? { field, code, values } : { field, code }
}

export function inWords({ field, code, values = {} }: Problem): FieldProblem {
  const words = refusals[code]
  const said = typeof words === 'function' ? words(values as never) : words
  return typeof said === 'string' ? { field, message: said } : { field, ...said }
}

/** A broken rule; nothing was changed. The route shows the form again with the message. */
export class Refusal extends Error {
  readonly problem: Problem
  /** What the activity log keeps of it. */
  readonly event: { action: string; subjectId: string; after: Record<string, unknown> } | null = null

  constructor(field: string, ...coded: Coded) {
    const refused = problem(field, ...coded)
    super(inWords(refused).message)
    this.problem = refused
  }
}

/** Refused for now; possible again at `retryAt`. */
export class TooSoon extends Refusal {
  readonly retryAt: Date

  constructor(retryAt: Date, field: string, ...coded: Coded) {
    super(field, ...coded)
    this.retryAt = retryAt
  }
}

/** Too large to accept; left unread. */
export class TooLarge extends Refusal {}

/** Several answers of one form break its rules. */
export class InvalidForm extends Error {
  readonly problems: FieldProblem[]

  constructor(problems: FieldProblem[]) {
    super(problems.map(({ message }) => message).join(' '))
    this.problems = problems
  }
}

/** The session of whoever acts has ended; they are asked to sign in again. */
export class SessionOver extends Error {}
