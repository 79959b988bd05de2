import type pg from 'pg'
import { Browser } from './browser.ts'
import { type Cpu, type LoadFigures, load, type Target } from './load.ts'
import { type BenchProcess, postgresMillisecondsOf } from './processes.ts'
import { COMPARED } from './questions.ts'
import type { Visit } from './visit.ts'

const CONNECTIONS = [1, 16]
/** Of the lengths of the two pages. */
const DIFFERENCE_MAX = 0.02

export interface LoadRounds {
  warmUpSeconds: number
  rounds: number
  /** For each target in each round. */
  seconds: number
}

export interface Comparison {
  page: string
  connections: number
  /** The app first, then the baseline. */
  targets: { name: string; figures: LoadFigures }[]
}

interface Processes {
  app: BenchProcess
  baseline: BenchProcess
}

/** Each page of one clinic under load: app, baseline and whatever else is given take turns. Medians of all rounds. */
export async function compare(
  client: pg.Client,
  processes: Processes,
  visit: Visit,
  { warmUpSeconds, rounds, seconds }: LoadRounds,
): Promise<Comparison[]> {
  const comparisons: Comparison[] = []
  for (const compared of COMPARED) {
    const targets = [...(await ourTargets(client, processes, visit, compared)), ...othersFor(compared.name)]
    for (const target of targets) await load(target, 16, warmUpSeconds)
    for (const connections of CONNECTIONS) {
      const figures = targets.map((): LoadFigures[] => [])
      for (let round = 0; round < rounds; round++)
        for (const at of inTurn(targets.length, round))
          figures[at]?.push(await load(targets[at] as Target, connections, seconds))
      comparisons.push({
        ...{ page: compared.name, connections },
        targets: targets.map(({ name }, at) => ({ name, figures: medians(figures[at] ?? []) })),
      })
    }
  }
  return comparisons
}

async function ourTargets(
  client: pg.Client,
  { app, baseline }: Processes,
  visit: Visit,
  compared: (typeof COMPARED)[number],
): Promise<Target[]> {
  const cookie = [...visit.app.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  const { host } = new URL(visit.app.origin)
  const [ours, theirs] = [compared.app(visit), compared.baseline(visit)]
  const page = await visit.app.get(ours)
  const hand = new Browser(baseline.origin)
  await hand.put(`/pages/${compared.name}`, page.html)
  const same = await hand.get(theirs, { cookie })
  hand.close()
  const difference = Math.abs(same.html.length - page.html.length) / page.html.length
  if (difference > DIFFERENCE_MAX) throw new Error(`The baseline's ${compared.name} is not like the app's`)
  const cpuOf = (process: BenchProcess, application: string) => async (): Promise<Cpu> => ({
    appMs: process.cpuMilliseconds(),
    postgresMs: await postgresMillisecondsOf(client, application),
  })
  return [
    { name: 'Frontdesk', url: app.origin + ours, headers: { host, cookie }, cpu: cpuOf(app, 'frontdesk') },
    {
      name: 'baseline',
      url: baseline.origin + theirs,
      headers: { cookie },
      cpu: cpuOf(baseline, 'baseline'),
    },
  ]
}

/** Any other product's page or JSON: `COMPARE_LIST` and `COMPARE_SEARCH` are its addresses, and it says who asks. */
function othersFor(page: string): Target[] {
  const { COMPARE_NAME: name = 'other', COMPARE_AUTHORIZATION: authorization } = process.env
  const { COMPARE_COOKIE: cookie, [`COMPARE_${page.toUpperCase()}`]: url } = process.env
  const headers = { ...(authorization && { authorization }), ...(cookie && { cookie }) }
  const cpu = async () => ({ appMs: null, postgresMs: null })
  return url ? [{ name, url, headers, cpu }] : []
}

/** Another one goes first in each round. */
function inTurn(count: number, round: number): number[] {
  return Array.from({ length: count }, (_, nth) => (nth + round) % count)
}

function medians(rounds: LoadFigures[]): LoadFigures {
  const of = (figure: keyof LoadFigures) => rounds.map((round) => round[figure])
  return {
    requestsPerSecond: median(of('requestsPerSecond')) ?? Number.NaN,
    p50: median(of('p50')) ?? Number.NaN,
    p99: median(of('p99')) ?? Number.NaN,
    appMs: median(of('appMs')),
    postgresMs: median(of('postgresMs')),
  }
}

/** Of those that are known. */
export function median(figures: (number | null)[]): number | null {
  const sorted = figures.filter((figure) => figure !== null).toSorted((a, b) => a - b)
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? null
}
