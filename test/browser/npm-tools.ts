import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runProgram } from '../support/start-program.ts'

const CACHE = fileURLToPath(new URL('../../node_modules/.cache', import.meta.url))

/**
 * A folder with these packages of npm in it. They are no dependencies of ours: together they weigh more than all the
 * rest, and what they do when installed brings a browser and a Java of their own.
 */
export async function npmTools(name: string, dependencies: Record<string, string>): Promise<string> {
  const folder = join(CACHE, name)
  const done = join(folder, `installed-${Object.values(dependencies).join('-')}`)
  if (existsSync(done)) return folder
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, dependencies }))
  const options = ['install', '--ignore-scripts', '--no-audit', '--no-fund']
  const { status, stderr } = await runProgram('npm', options, { cwd: folder })
  if (status !== 0) throw new Error(`npm could not install ${name}: ${stderr}`)
  writeFileSync(done, '')
  return folder
}
