import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { queriesWithoutClinicIndex } from './clinic-plans.ts'
import { onServer, serverUrl, TEMPLATE, TEST_DATA_DIR, withDatabase } from './postgres.ts'

const FOLDER = join(TEST_DATA_DIR, 'isolation')
const SCRATCH = 'frontdesk_test_plans'

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
  if (ran.size === 0) process.on('exit', keep)
  const times = ran.get(text) ?? { one: 0, every: 0, none: 0 }
  times[clinic === 'every' ? 'every' : clinic === '' ? 'none' : 'one'] += 1
  ran.set(text, times)
}

function keep(): void {
  mkdirSync(FOLDER, { recursive: true })
  writeFileSync(join(FOLDER, `${process.pid}.json`), JSON.stringify([...ran]))
}

/** What all processes of the run asked, once they have ended. @throws where a query of one clinic has no index for that */
export async function reportIsolation(): Promise<string> {
  const all = readdirSync(FOLDER).flatMap(
    (file) => JSON.parse(readFileSync(join(FOLDER, file), 'utf8')) as [string, Times][],
  )
  rmSync(FOLDER, { recursive: true })
  const times = (kind: keyof Times) => all.reduce((sum, [, times]) => sum + times[kind], 0)
  const texts = (kind: keyof Times) => [
    ...new Set(all.filter(([, times]) => times[kind] > 0).map(([text]) => text)),
  ]
  await onServer(serverUrl(), `create database ${SCRATCH} template ${TEMPLATE}`)
  const further = await queriesWithoutClinicIndex(withDatabase(serverUrl(), SCRATCH), texts('one'))
  await onServer(serverUrl(), `drop database ${SCRATCH}`)
  if (further.length > 0) throw new Error(`No index of the clinic's serves ${further.join('\n')}`)
  return [
    `${times('one')} queries of one clinic met only its rows; an index that begins with the clinic serves each of the ${texts('one').length} texts.`,
    `${times('none')} queries met no clinic’s rows. ${times('every')}, of ${texts('every').length} texts, were about every clinic.`,
  ].join('\n')
}
