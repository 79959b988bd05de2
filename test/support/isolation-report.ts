import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isIsolated, TEST_DATA_DIR } from './postgres.ts'

const FOLDER = join(TEST_DATA_DIR, 'isolation')

/** How often a query ran, by whose rows it could see. */
interface Times {
  one: number
  every: number
  /** It named no clinic, so a single row of one would have been an error. */
  none: number
}

const ran = new Map<string, Times>()

/** @param clinic as the policies know it */
export function countQuery(text: string, clinic: string): void {
  const times = ran.get(text) ?? { one: 0, every: 0, none: 0 }
  times[clinic === 'every' ? 'every' : clinic === '' ? 'none' : 'one'] += 1
  ran.set(text, times)
}

if (isIsolated)
  process.on('exit', () => {
    if (ran.size === 0) return
    mkdirSync(FOLDER, { recursive: true })
    writeFileSync(join(FOLDER, `${process.pid}.json`), JSON.stringify([...ran]))
  })

/** Of all processes of the run; what earlier ones left is gone. */
export function isolationReport(): string {
  const total = { one: 0, every: 0, none: 0 }
  const texts = new Set<string>()
  for (const file of readdirSync(FOLDER)) {
    for (const [text, times] of JSON.parse(readFileSync(join(FOLDER, file), 'utf8')) as [string, Times][]) {
      for (const kind of ['one', 'every', 'none'] as const) total[kind] += times[kind]
      if (times.every > 0) texts.add(text)
    }
  }
  rmSync(FOLDER, { recursive: true })
  return `Under row-level security ${total.one} queries of the app met only rows of the clinic they named, and ${total.none} met no clinic's row; ${total.every} (${texts.size} different ones) were about every clinic.`
}
