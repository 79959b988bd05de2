// @ts-check
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { endServersIn } from './servers-in.js'

/** Several runs of the tests can share one PostgreSQL; the last to end takes it with it. */
const LOOKS_EVERY_MS = 1_000

/** @param {string} dataDir */
const folderOf = (dataDir) => join(dataDir, 'runs')

/**
 * @param {string} dataDir
 * @param {number} runner
 */
export function beginRun(dataDir, runner) {
  // A killed run's number may be given out again.
  rmSync(join(folderOf(dataDir), `${runner}`), { force: true, recursive: true })
  mkdirSync(join(folderOf(dataDir), `${runner}`), { recursive: true })
}

/**
 * Whether no other process of the run has taken this test file.
 *
 * @param {string} dataDir
 * @param {number} runner
 * @param {string} file
 */
export function takeFile(dataDir, runner, file) {
  try {
    writeFileSync(join(folderOf(dataDir), `${runner}`, file.replaceAll('/', '-')), '', { flag: 'wx' })
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false
    throw error
  }
}

/**
 * Whether no other run is left.
 *
 * @param {string} dataDir
 * @param {number} runner
 */
export function endRun(dataDir, runner) {
  rmSync(join(folderOf(dataDir), `${runner}`), { force: true, recursive: true })
  for (const other of readdirSync(folderOf(dataDir))) {
    if (isAlive(Number(other))) return false
    rmSync(join(folderOf(dataDir), other), { force: true, recursive: true })
  }
  return true
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

// As a program it outlives a runner that is killed, and does what comes after every run.
if (fileURLToPath(import.meta.url) === process.argv[1]) {
  const [dataDir = '', runner] = process.argv.slice(2)
  mkdirSync(join(folderOf(dataDir), `${runner}`), { recursive: true })
  const looking = setInterval(async () => {
    if (isAlive(Number(runner))) return
    clearInterval(looking)
    if (endRun(dataDir, Number(runner))) await endServersIn(dataDir)
  }, LOOKS_EVERY_MS)
}
