/** What is wrong with one answer of a form, and how to mend it, in plain words. */
export interface FieldProblem {
  field: string
  message: string
  link?: { text: string; href: string } | undefined
}

/** A rule of the clinic's world that was not kept; nothing was changed. The route shows the form again with it. */
export class Refusal extends Error {
  readonly problems: FieldProblem[]
  /** What the trail keeps of it. */
  readonly event: { action: string; subjectId: string; after: Record<string, unknown> } | null = null

  constructor(...problems: FieldProblem[]) {
    super(problems.map((problem) => problem.message).join(' '))
    this.problems = problems
  }
}

/** Refused for now: the same will be possible at `retryAt`. */
export class TooSoon extends Refusal {
  readonly retryAt: Date

  constructor(retryAt: Date, problem: FieldProblem) {
    super(problem)
    this.retryAt = retryAt
  }
}

/** More was sent than is taken; what came in was left unread. */
export class TooLarge extends Refusal {}

/** The session of whoever acts has ended; the message says so to them. */
export class EndedMeanwhile extends Error {}
