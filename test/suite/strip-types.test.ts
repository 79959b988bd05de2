import { cpSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { temporaryFolder } from '../support/private-folder.ts'
import type { Scope } from '../support/scope.ts'
import { runProgram } from '../support/start-program.ts'
import t from '../support/tap.ts'

const LIBRARIES = ['@swc', 'kysely', 'libphonenumber-js', 'typebox']

t.test('a file that was changed runs as it is now', async (t) => {
  const folder = checkout(t)
  t.equal(await run(folder, 'export const answer: number = 41'), '41\n')
  t.equal(await run(folder, 'export const answer: number = 42'), '42\n')
  t.ok(readdirSync(join(folder, 'node_modules/.cache/frontdesk')).length, 'and what was compiled is kept')
})

t.test('it runs where nothing can be written', async (t) => {
  const folder = checkout(t)
  writeFileSync(join(folder, 'node_modules/.cache'), 'a file where the folder would be')
  t.equal(await run(folder, 'export const answer: number = 42'), '42\n')
})

t.test('an error names the line and the column where it is written', async (t) => {
  const words = ['--import=./src/typescript.js', 'src/program.ts']
  const cwd = checkout(t)
  writeFileSync(
    join(cwd, 'src/program.ts'),
    `interface Unused {\n  name: string\n}\nconst text: string = 'x'; throw new Error(text)`,
  )
  const { stderr } = await runProgram(process.execPath, words, { cwd })
  t.match(stderr, 'program.ts:4:33')
})

/** A program's folder with the loader, and the libraries that it asks for. */
function checkout(t: Scope): string {
  const folder = temporaryFolder(t)
  mkdirSync(join(folder, 'node_modules'))
  for (const name of LIBRARIES) symlinkSync(resolve('node_modules', name), join(folder, 'node_modules', name))
  mkdirSync(join(folder, 'src'))
  for (const name of ['typescript.js', 'strip-types.js']) cpSync(`src/${name}`, join(folder, 'src', name))
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
  writeFileSync(join(folder, 'src/program.ts'), `import { answer } from './answer.ts'\nconsole.log(answer)\n`)
  return folder
}

async function run(cwd: string, answer: string): Promise<string> {
  writeFileSync(join(cwd, 'src/answer.ts'), answer)
  const { stdout, stderr } = await runProgram(
    process.execPath,
    ['--import=./src/typescript.js', 'src/program.ts'],
    { cwd },
  )
  if (stderr) throw new Error(stderr)
  return stdout
}
