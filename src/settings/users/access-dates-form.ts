import type { FieldProblem } from '../../refusal.ts'
import type { Fields } from '../../web/forms.ts'
import { plainDay } from '../../words/dates.ts'
import { answers as said } from '../../words/en/answers.ts'
import { typedDay } from '../../words/typed-day.ts'
import { DATE_FIELDS } from '../../words/user-fields.ts'

const EXAMPLE = plainDay('2026-12-03')

/** What's wrong with the typed dates of somebody's access. */
export function dateProblems(answers: Fields, country: string): FieldProblem[] {
  const [from, until] = DATE_FIELDS.map((name) => typedDay(String(answers[name] ?? ''), country))
  const problems = DATE_FIELDS.filter(
    (name) => answers[name] && !typedDay(String(answers[name]), country),
  ).map((field) => ({ field, message: said.date.none(EXAMPLE) }))
  if (from && until && until < from)
    problems.push({ field: 'accessUntil', message: said.date.untilBeforeFrom })
  return problems
}

/** Somebody new whose access has ended could never have come in. */
export function pastProblems(
  answers: Fields,
  { country, today }: { country: string; today: string },
): FieldProblem[] {
  const until = typedDay(String(answers.accessUntil ?? ''), country)
  return until && until < today ? [{ field: 'accessUntil', message: said.date.past }] : []
}
