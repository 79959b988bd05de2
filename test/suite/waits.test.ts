import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from '../support/tap.ts'
import { endlessWaits } from './waits.ts'

/** These hold the deadline of all others. */
const CLOCKS = ['test/support/until.ts', 'test/support/servers-in.js']

/** What is synchronous has ended before its test goes on. */
const STARTING = /import \{[^}]*\b(spawn|exec|execFile|fork)\b[^}]*\} from 'node:child_process'/

const files = ['test', 'bench'].flatMap((folder) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.(ts|js)$/.test(file))
    .map((file) => ({ file: join(folder, file), source: readFileSync(join(folder, file), 'utf8') })),
)

t.test('whoever writes a loop that waits without a deadline is told of it', async (t) => {
  for (const loop of [
    'while (!(await isThere())) await delay(20)',
    'while (!isThere()) {\n  await look()\n}',
    'for (;;) {\n  if (await isThere()) break\n}',
    'for (let nth = 0; !isOver; nth++) await ask(nth)',
    'for (let tries = 0; !isThere() && tries < 100; tries++)\n    await new Promise((resolve) => setTimeout(resolve, 50))',
    'do {\n  await delay(1)\n} while (!isThere)',
  ])
    t.equal(endlessWaits(loop).length > 0, true, loop)
})

t.test('a loop with an end, or one that waits for nothing, is left alone', async (t) => {
  for (const loop of [
    'for (const end of ends.reverse()) await end()',
    'for await (const chunk of from) take(chunk)',
    'for (let round = 1; round <= ROUNDS; round++) await press(round)',
    'for (let pages = 1; page.after && pages < MAX; pages++) page = await next(page)',
    'while (rest.length >= 5) rest = rest.subarray(5)\n\nawait later()',
    '// while (await forEver())\nawait it("while (await nothing())")',
  ])
    t.same(endlessWaits(loop), [], loop)
})

t.test('every wait of the tests and the bench has a deadline', async (t) => {
  t.ok(files.length > 100)
  for (const { file, source } of files)
    if (!CLOCKS.includes(file) && file !== 'test/suite/waits.test.ts') t.same(endlessWaits(source), [], file)
})

t.test('one file starts programs, so that each of them ends with its test', async (t) => {
  const starting = files.filter(({ source }) => STARTING.test(source)).map(({ file }) => file)
  t.same(
    starting.filter((file) => !/^test\/(support|suite)\//.test(file)),
    [],
  )
})
