import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import t from '../support/tap.ts'

const VERDICTS = ['MET-TESTED', 'PARTIAL', 'MISSING', 'N/A'] as const

interface Row {
  id: string
  level: string
  verdict: string
  asks: string
  /** `file :: name of the test` */
  shownBy: string[]
  /** Tests that, with those above, would show all of it. */
  completeWith: string[]
  note: string
}

const rows = (await readFile('docs/asvs.tsv', 'utf8')).trim().split('\n').slice(1).map(rowOf)
const namesIn = new Map<string, Promise<string>>()

function rowOf(line: string): Row {
  const [id = '', level = '', verdict = '', asks = '', shownBy = '', completeWith = '', note = ''] =
    line.split('\t')
  const list = (text: string) => text.split(' | ').filter(Boolean)
  return { id, level, verdict, asks, shownBy: list(shownBy), completeWith: list(completeWith), note }
}

/** What is wrong with a reference to a test, or null. */
async function problemOf(reference: string): Promise<string | null> {
  const [file = '', name = ''] = reference.split(' :: ')
  if (!/^test\/.+\.test\.ts$/.test(file) || !name) return `${reference} is no test`
  if (!existsSync(file)) return `${file} is not there`
  if (!namesIn.has(file)) namesIn.set(file, readFile(file, 'utf8'))
  const text = (await namesIn.get(file)) ?? ''
  const titles = [...text.matchAll(/\.test\(\s*(['`"])((?:\\.|(?!\1)[\s\S])*?)\1/g)].map(
    (match) => match[2] ?? '',
  )
  return titles.some((title) => isTitled(name, title, text)) ? null : `${file} has no test “${name}”`
}

/** A title may have parts that the file fills in; those have to stand there, too. */
function isTitled(name: string, title: string, text: string): boolean {
  if (name === title || name === title.replaceAll("\\'", "'")) return true
  const parts = title.split(/\$\{[^}]*\}/)
  if (parts.length < 2) return false
  const escaped = parts.map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
  const filled = new RegExp(`^${escaped.join('(.+)')}$`).exec(name)?.slice(1)
  return filled?.every((words) => text.includes(`'${words}'`)) ?? false
}

t.test('every requirement has a verdict, and none is empty', async (t) => {
  t.equal(rows.length, 238)
  t.equal(new Set(rows.map(({ id }) => id)).size, rows.length, 'none twice')
  for (const { id, level, verdict, asks } of rows) {
    t.match(id, /^\d+\.\d+\.\d+$/)
    t.match(level, /^[123]$/, id)
    t.ok((VERDICTS as readonly string[]).includes(verdict), `${id}: ${verdict}`)
    t.ok(asks.length > 5, `${id} says what it asks for`)
  }
})

t.test('what is met names its tests, and what is not says why', async (t) => {
  for (const { id, verdict, shownBy, note } of rows) {
    if (verdict === 'MET-TESTED') t.ok(shownBy.length > 0, `${id} names a test`)
    else t.ok(note.length > 10, `${id} says what is missing`)
  }
})

t.test('every test that a requirement names exists', async (t) => {
  for (const { id, shownBy } of rows)
    for (const reference of shownBy) t.equal(await problemOf(reference), null, `${id}: ${reference}`)
  t.match(await problemOf('test/docs/asvs.test.ts :: no such test'), 'has no test')
  t.match(await problemOf('test/docs/gone.test.ts :: a test'), 'is not there')
})

t.test('a requirement whose tests are all here is met', async (t) => {
  for (const { id, verdict, completeWith } of rows) {
    if (completeWith.length === 0) continue
    const problems = await Promise.all(completeWith.map(problemOf))
    t.ok(verdict !== 'MET-TESTED', `${id} is met: move its tests to “shown by”`)
    t.ok(
      problems.some(Boolean),
      `${id} is complete now: make it MET-TESTED, or say in its note what else is missing`,
    )
  }
})

t.test('the totals on the page are those of the rows', async (t) => {
  const page = await readFile('docs/asvs.md', 'utf8')
  for (const level of ['1', '2', '3']) {
    const counts = VERDICTS.map(
      (one) => rows.filter((row) => row.level === level && row.verdict === one).length,
    )
    t.match(page, `| ${level} | ${counts.join(' | ')} |`)
  }
})
