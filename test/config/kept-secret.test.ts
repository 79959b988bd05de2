import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ConfigError, loadConfig } from '../../src/config.ts'
import { privateFolder } from '../support/private-folder.ts'
import { runProgram } from '../support/start-program.ts'
import t from '../support/tap.ts'

const PRINT_KEY = `
  import { loadConfig } from './src/config.ts'
  console.log(loadConfig({ DATA_DIR: process.argv[1] }).keys.cookies[0].toString('hex'))`

t.test('of many processes that start at once in a new folder all have the same secret', async (t) => {
  for (let round = 0; round < 3; round++) {
    const folder = join(privateFolder(t), 'new')
    const keys = await Promise.all(Array.from({ length: 8 }, () => keyOf(folder)))
    t.match(keys[0], /^[0-9a-f]{64}$/)
    t.equal(new Set(keys).size, 1)
    t.same(readdirSync(folder), ['secret'], 'nothing unfinished is left')
  }
})

t.test(
  'a secret that a power cut, a full disk or a hurried hand spoiled stops the start in one line',
  async (t) => {
    const spoiled = {
      'of 0 bytes': ['', /secret is empty.*Put it back from a backup.*delete it and start again/],
      'with nothing but a line end': ['\n', /secret is empty/],
      'cut off': ['k3Qz9Lw4Tt8Rb1Nc6Vd3', /secret is damaged/],
      'of zeros, as some disks leave it': ['\0'.repeat(64), /secret is damaged/],
      'of one letter': ['a'.repeat(64), /secret is damaged/],
    } as const
    for (const [how, [content, words]] of Object.entries(spoiled)) {
      const DATA_DIR = privateFolder(t)
      writeFileSync(join(DATA_DIR, 'secret'), content)
      t.match(problemsOf({ DATA_DIR }), [words], how)
      t.equal(readFileSync(join(DATA_DIR, 'secret'), 'utf8'), content, 'and stays as it is')
      t.ok(
        loadConfig({ DATA_DIR, SECRET: 'k7Qm2Zx9Lw4Tt8Rb1Nc6Vd3Hf5Jg0SpA' }),
        'nobody looks where SECRET is set',
      )
    }
  },
)

t.test('what is there instead of the secret is named, not stepped over', async (t) => {
  const DATA_DIR = privateFolder(t)
  mkdirSync(join(DATA_DIR, 'secret'))
  t.match(problemsOf({ DATA_DIR }), [
    /secret could not be read \(EISDIR\)\. There is a folder in its place\./,
  ])
  const file = join(privateFolder(t), 'a file')
  writeFileSync(file, '')
  const nowhere = join(privateFolder(t), 'a link')
  symlinkSync(join(nowhere, 'gone'), nowhere)
  // Nothing can be made there, not even by root.
  const closed = existsSync('/proc') ? ['/proc/x', '/proc/x/y'] : []
  for (const path of [file, join(file, 'below'), nowhere, ...closed])
    t.match(problemsOf({ DATA_DIR: path }), [/is not a folder \(\w+\)\. DATA_DIR must name a folder/], path)
})

t.test('a secret that an editor saved in another encoding makes no other keys', async (t) => {
  const DATA_DIR = privateFolder(t)
  const { keys } = loadConfig({ DATA_DIR })
  const file = join(DATA_DIR, 'secret')
  const secret = readFileSync(file, 'utf8')
  writeFileSync(file, `\ufeff${secret}\r\n`)
  t.same(loadConfig({ DATA_DIR }).keys, keys, 'a mark and a line end are no part of it')
  writeFileSync(file, `\ufeff${secret}\r\n`, 'utf16le')
  t.match(problemsOf({ DATA_DIR }), [/secret is damaged/])
})

function problemsOf(env: Record<string, string>): string[] {
  try {
    loadConfig(env)
    return []
  } catch (error) {
    if (error instanceof ConfigError) return error.problems
    throw error
  }
}

async function keyOf(folder: string): Promise<string> {
  const words = ['--import=./src/typescript.js', '--input-type=module', '--eval', PRINT_KEY, folder]
  const { stdout, stderr } = await runProgram(process.execPath, words)
  if (stderr) throw new Error(stderr)
  return stdout.trim()
}
