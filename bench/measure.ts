import type { Answer } from './browser.ts'
import type { Question } from './questions.ts'
import type { Visit } from './visit.ts'

interface Timing {
  median: number
  p95: number
}

export interface Result {
  question: Question
  /** In the order of the clinics. */
  sizes: { size: number; bytes: number; timing: Timing }[]
}

export interface Rounds {
  warmUp: number
  pages: number
  changes: number
}

/** One request at a time; clinics take turns, so that what else the machine does falls on all alike. */
export async function measure(questions: Question[], visits: Visit[], rounds: Rounds): Promise<Result[]> {
  const pairs = questions.flatMap((question) =>
    visits.map((visit) => ({ question, visit, bytes: 0, times: [] as number[] })),
  )
  for (let round = -rounds.warmUp; round < Math.max(rounds.pages, rounds.changes); round++) {
    for (const pair of pairs) {
      if (pair.question.hashes ? round < 0 || round >= rounds.changes : round >= rounds.pages) continue
      const answer = await pair.question.ask(pair.visit)
      if (round >= 0) pair.times.push(timeOf(answer))
      pair.bytes = Buffer.byteLength(answer.html)
    }
  }
  return questions.map((question) => ({
    question,
    sizes: pairs
      .filter((pair) => pair.question === question)
      .map(({ visit, bytes, times }) => ({ size: visit.clinic.size, bytes, timing: timing(times) })),
  }))
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
