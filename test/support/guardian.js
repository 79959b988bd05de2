// @ts-check
import { rmSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { endServersIn } from './servers-in.js'

/**
 * Outlives by a moment the process that started it, and ends what that one could not end because it was killed.
 * Each line it is told is a word and the id of a process or the path of a folder.
 */
/** @type {Set<number>} */
const processes = new Set()
/** @type {Set<string>} */
const folders = new Set()

/** @type {Record<string, (what: string) => unknown>} */
const orders = {
  started: (pid) => processes.add(Number(pid)),
  ended: (pid) => processes.delete(Number(pid)),
  made: (folder) => folders.add(folder),
  removed: (folder) => folders.delete(folder),
}

for await (const line of createInterface({ input: process.stdin })) {
  const [word = '', what = ''] = line.split(/ (.*)/)
  orders[word]?.(what)
}

for (const pid of processes) kill(pid)
for (const folder of folders) {
  await endServersIn(folder)
  rmSync(folder, { recursive: true, force: true, maxRetries: 10 })
}

/** @param {number} pid */
function kill(pid) {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {}
}
