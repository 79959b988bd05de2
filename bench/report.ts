import { cpus, totalmem } from 'node:os'
import type { Result } from './measure.ts'
import type { StartResult } from './start.ts'

const BASELINE_AIM = 1.5
const GROWTH_AIM = 1.3

export interface Circumstances {
  command: string
  database: string
  seedSeconds: number
  rounds: { pages: number; acts: number }
  /** Of the list's first page, in the smallest clinic. */
  cpuMs: number | null
  starts: StartResult[]
}

export function table(results: Result[]): string {
  const sizes = results[0]?.sizes.map(({ size }) => size.toLocaleString('en-AU')) ?? []
  const columns = ['', ...sizes.flatMap((size) => [`${size}: ms`, 'p95', 'baseline', '×']), 'growth', 'KB']
  const rows = results.map(({ question, sizes }) => [
    question.name,
    ...sizes.flatMap(({ app, baseline }) => [
      ms(app.median),
      ms(app.p95),
      ms(baseline.median),
      marked(app.median / baseline.median, BASELINE_AIM),
    ]),
    marked((sizes.at(-1)?.app.median ?? 0) / (sizes[0]?.app.median ?? 1), GROWTH_AIM),
    question.hashes ? '' : ((sizes.at(-1)?.bytes ?? 0) / 1024).toFixed(0),
  ])
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

export function report(results: Result[], circumstances: Circumstances): string {
  const { command, database, seedSeconds, rounds, cpuMs, starts } = circumstances
  const [cpu] = cpus()
  return `# How fast it is

Written by \`${command}\` on ${new Date().toISOString().slice(0, 10)}. Node ${process.version}, ${database}, ${cpus().length} × ${cpu?.model.trim() ?? 'unknown processor'},
${Math.round(totalmem() / 2 ** 30)} GB, ${process.platform}. The clinics were seeded in ${seedSeconds} seconds. ${rounds.pages} rounds a page, ${rounds.acts} an act that costs a hash.

${table(results)}

The first page of the list, 50 people, takes ${cpuMs?.toFixed(2) ?? 'an unknown number of'} ms of the app's own processor time, system calls and garbage collection included, in a process that has served 2,000 of them. The aim is 3.

- **ms, p95**: from sending the request to the last byte of the answer, at an app that runs in a process of its own as \`npm start\` makes it,
  over HTTP on 127.0.0.1 with one kept connection, as an administrator signed in through the form. Median and 95th percentile of all rounds.
- **baseline**: the median of a bare Fastify route in another process: the same questions to the same database, the session's among them, in SQL by hand with
  pg, and then the very page that the app made, from memory. No views, no policy, no session plugin, no headers, no checks. For *add user*, *join* and
  *sign in* it is bcrypt alone, at the same cost.
- **×**: app divided by baseline. The aim is ${BASELINE_AIM}; **bold** misses it.
- **growth**: the largest clinic's median divided by the smallest's. The aim is ${GROWTH_AIM}; **bold** misses it. A page of the small clinic can also be shorter.
- **KB**: the page of the largest clinic, before compression.

${startTable(starts)}

- **first page**: from starting the program, on data that was used before, until the sign-in page is there. **CPU** is what it took of the processor meanwhile, and
  **memory** what it holds then, without PostgreSQL. Medians.
- **after lists**: what another one holds after 5,000 first pages of the list over 16 connections.

App, baseline and clinics take turns within each round, and who goes first changes with the round, so that what else the machine does falls on all alike. Trust the
ratios; the milliseconds drift by a quarter from run to run. App, baseline, PostgreSQL and the measuring process share the same cores, one request at a time: this
is what a page costs, not how many can be had at once.
`
}

function ms(milliseconds: number): string {
  return milliseconds.toFixed(milliseconds < 10 ? 2 : 0)
}

function marked(ratio: number, aim: number): string {
  return ratio > aim ? `**${ratio.toFixed(2)}**` : ratio.toFixed(2)
}

function markdown(rows: string[][]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  const line = (row: string[]) =>
    `| ${row.map((cell, column) => (column ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[0] ?? 0))).join(' | ')} |`
  const [columns = [], ...rest] = rows
  const rule = `| ${widths.map((width, column) => (column ? `${'-'.repeat(width - 1)}:` : '-'.repeat(width))).join(' | ')} |`
  return [line(columns), rule, ...rest.map(line)].join('\n')
}
