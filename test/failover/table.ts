import type { FaultName } from './faults.ts'
import type { Outage } from './probes.ts'

/** What one process's pages did in one round. */
export interface Row extends Outage {
  fault: FaultName
  way: string
}

const HEADINGS = ['fault', 'way to PostgreSQL', 'rounds', 'first page', 'last 503', '503s']

/** For each fault and way the median of its rounds, and behind it the worst; times in seconds. */
export function tableOf(rows: Row[]): string {
  const keyOf = ({ fault, way }: Row) => `${fault}\n${way}`
  const lines = [...new Set(rows.map(keyOf))].sort().map((key) => {
    const group = rows.filter((row) => keyOf(row) === key)
    const both = (values: number[], digits: number) =>
      `${median(values).toFixed(digits)} (${Math.max(...values).toFixed(digits)})`
    return [
      ...key.split('\n'),
      `${group.length}`,
      both(
        group.map(({ firstPage }) => firstPage),
        1,
      ),
      both(
        group.map(({ lastFailure }) => lastFailure),
        1,
      ),
      both(
        group.map(({ unavailable }) => unavailable),
        0,
      ),
    ]
  })
  const widths = HEADINGS.map((_, column) =>
    Math.max(...[HEADINGS, ...lines].map((line) => line[column]?.length ?? 0)),
  )
  const inColumns = (line: string[]) =>
    `| ${line.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`
  return [
    inColumns(HEADINGS),
    inColumns(widths.map((width) => '-'.repeat(width))),
    ...lines.map(inColumns),
  ].join('\n')
}

function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  const [low = 0, high = 0] = [sorted[sorted.length % 2 === 0 ? middle - 1 : middle], sorted[middle]]
  return (low + high) / 2
}
