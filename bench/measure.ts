import type { Answer } from './browser.ts'
import type { BenchProcess } from './processes.ts'
import { pageName, type Question } from './questions.ts'
import type { Visit } from './visit.ts'

export interface Timing {
  median: number
  p95: number
}

export interface Result {
  question: Question
  /** In the order of the clinics. */
  sizes: { size: number; bytes: number; app: Timing; baseline: Timing }[]
}

export interface Rounds {
  warmUp: number
  pages: number
  acts: number
}

/** Everything in turn, app and baseline side by side, so that what else the machine does falls on all alike. */
export async function measure(questions: Question[], visits: Visit[], rounds: Rounds): Promise<Result[]> {
  const pairs = questions.flatMap((question) => visits.map((visit) => ({ question, visit, ...emptyPair() })))
  for (const pair of pairs) pair.bytes = await rehearse(pair.question, pair.visit, rounds.warmUp)
  for (let round = 0; round < Math.max(rounds.pages, rounds.acts); round++) {
    for (const { question, visit, app, baseline } of pairs) {
      if (round >= (question.hashes ? rounds.acts : rounds.pages)) continue
      // Who comes second finds the pages of the database warm.
      const appFirst = round % 2 === 0
      if (appFirst) app.push(timeOf(await question.app(visit)))
      baseline.push(timeOf(await question.baseline(visit)))
      if (!appFirst) app.push(timeOf(await question.app(visit)))
    }
  }
  return questions.map((question) => ({
    question,
    sizes: pairs
      .filter((pair) => pair.question === question)
      .map(({ visit, bytes, app, baseline }) => ({
        size: visit.clinic.size,
        bytes,
        app: timing(app),
        baseline: timing(baseline),
      })),
  }))
}

/**
 * Milliseconds of the app's own processor time, of all its threads, that the first page of a list costs once it has been
 * asked for twice as often before: until then V8 compiles what it sees. Null where unknown.
 */
export async function cpuOfList(app: BenchProcess, visit: Visit, times: number): Promise<number | null> {
  for (let time = 0; time < 2 * times; time++) timeOf(await visit.app.get('/settings/users'))
  const before = app.cpuMilliseconds()
  for (let time = 0; time < times; time++) timeOf(await visit.app.get('/settings/users'))
  const after = app.cpuMilliseconds()
  return before === null || after === null ? null : (after - before) / times
}

function emptyPair(): { bytes: number; app: number[]; baseline: number[] } {
  return { bytes: 0, app: [], baseline: [] }
}

/** Hands the app's page to the baseline, and warms both up. Answers the page's size. */
async function rehearse(question: Question, visit: Visit, times: number): Promise<number> {
  if (question.hashes) return 0
  const { html } = await question.app(visit, {})
  await visit.baseline.put(`/pages/${pageName(question.name)}-${visit.clinic.size}`, html)
  for (let time = 0; time < times; time++) {
    timeOf(await question.app(visit))
    timeOf(await question.baseline(visit))
  }
  return Buffer.byteLength(html)
}

function timeOf({ status, milliseconds, html }: Answer): number {
  if (status === 200 || status === 303) return milliseconds
  throw new Error(`An answer was ${status}: ${html.slice(0, 300)}`)
}

function timing(milliseconds: number[]): Timing {
  const sorted = milliseconds.toSorted((a, b) => a - b)
  const at = (share: number) => sorted[Math.floor((sorted.length - 1) * share)] ?? Number.NaN
  return { median: at(0.5), p95: at(0.95) }
}
