import { cpus, totalmem } from 'node:os'
import type { Comparison, LoadRounds } from './compare.ts'
import type { Result, Rounds } from './measure.ts'
import type { StartResult } from './start.ts'

const GROWTH_AIM = 1.2

interface Measured {
  comparisons: Comparison[]
  results: Result[]
  starts: StartResult[]
}

interface Circumstances {
  database: string
  rounds: Rounds
  load: LoadRounds
}

export function comparisonTable(comparisons: Comparison[]): string {
  const columns = [
    '',
    'connections',
    'requests/s',
    '× baseline',
    'p50, ms',
    'p99, ms',
    'app CPU, ms',
    'PostgreSQL CPU, ms',
  ]
  const rows = comparisons.flatMap(({ page, connections, targets }) =>
    targets.map(({ name, figures }) => [
      `${page}: ${name}`,
      `${connections}`,
      figures.requestsPerSecond.toFixed(0),
      (figures.requestsPerSecond / (targets[1]?.figures.requestsPerSecond ?? Number.NaN)).toFixed(2),
      ...[figures.p50, figures.p99, figures.appMs, figures.postgresMs].map((ms) => ms?.toFixed(2) ?? '?'),
    ]),
  )
  return markdown([columns, ...rows])
}

export function growthTable(results: Result[]): string {
  const sizes = results[0]?.sizes.map(({ size }) => size.toLocaleString('en-AU')) ?? []
  const columns = ['', ...sizes.flatMap((size) => [`${size}: ms`, 'p95']), 'growth', 'KB']
  const rows = results.map(({ question, sizes }) => {
    const growth = (sizes.at(-1)?.timing.median ?? 0) / (sizes[0]?.timing.median ?? 1)
    return [
      question.name,
      ...sizes.flatMap(({ timing }) => [timing.median.toFixed(2), timing.p95.toFixed(2)]),
      growth > GROWTH_AIM ? `**${growth.toFixed(2)}**` : growth.toFixed(2),
      question.hashes ? '' : ((sizes.at(-1)?.bytes ?? 0) / 1024).toFixed(0),
    ]
  })
  return markdown([columns, ...rows])
}

export function startTable(starts: StartResult[]): string {
  const columns = ['Start', 'first page, s', 'CPU, s', 'memory, MB', 'after lists, MB']
  const rows = starts.map(({ name, seconds, cpuSeconds, megabytes, megabytesAfterLists }) => [
    name,
    ...[seconds, cpuSeconds].map((figure) => figure?.toFixed(2) ?? '?'),
    ...[megabytes, megabytesAfterLists].map((figure) => figure?.toFixed(0) ?? '?'),
  ])
  return markdown([columns, ...rows])
}

export function report(
  { comparisons, results, starts }: Measured,
  { database, rounds, load }: Circumstances,
): string {
  const [cpu] = cpus()
  return `# How fast it is

Written by \`npm run bench\` on ${new Date().toISOString().slice(0, 10)}. Node ${process.version}, ${database}, ${cpus().length} × ${cpu?.model.trim() ?? 'unknown processor'},
${Math.round(totalmem() / 2 ** 30)} GB, ${process.platform}. App, baseline, PostgreSQL and the measuring process share the same cores. Trust the ratios: the milliseconds
drift by a quarter from run to run.

## Beside a baseline

A clinic of 10,000. Medians of ${load.rounds} rounds of ${load.seconds} seconds in which app and baseline take turns.

${comparisonTable(comparisons)}

- **baseline**: the least that the same bytes cost on this stack. A bare Fastify route reads the session and the rows with statements of its own, written by hand and
  prepared by name, and puts them into the page. No views, no policy, no headers, no counts, no logs. The search counts what it finds, as the page says how many.
- **CPU**: processor time for one request, system calls and garbage collection included: of all threads of the app, and of its connections to PostgreSQL.

## As a clinic grows

One request at a time over one connection, as an administrator. Medians of ${rounds.pages} rounds, or ${rounds.changes} of what costs a hash; clinics take turns in each.

${growthTable(results)}

- **growth**: the largest clinic's median divided by the smallest's. The aim is ${GROWTH_AIM}; **bold** misses it. A page of the small clinic can also be shorter.
- **KB**: the page of the largest clinic, before compression.

## Start and memory

${startTable(starts)}

- **first page**: from starting the program, on data that was used before, until the sign-in page is there. **CPU** is what it took of the processor meanwhile, and
  **memory** what it holds then, without PostgreSQL. Medians.
- **after lists**: what another one holds after 5,000 first pages of the list over 16 connections.
`
}

export function markdown(rows: string[][]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  const line = (row: string[]) =>
    `| ${row.map((cell, column) => (column ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[0] ?? 0))).join(' | ')} |`
  const [columns = [], ...rest] = rows
  const rule = `| ${widths.map((width, column) => (column ? `${'-'.repeat(width - 1)}:` : '-'.repeat(width))).join(' | ')} |`
  return [line(columns), rule, ...rest.map(line)].join('\n')
}
