// @ts-check
// Hooks for a Node that does not strip types itself, with what newer ones strip them with. The outcome is kept together
// with the text that it came from: where that has changed, or nothing can be kept, it is stripped again.
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

const require = createRequire(import.meta.url)
const ROOT = fileURLToPath(new URL('..', import.meta.url))
const { version } = require('@swc/wasm-typescript/package.json')
const CACHE = join(ROOT, 'node_modules/.cache/frontdesk', `stripped-${version}`)
const BETWEEN = '\0'

/** @type {import('node:module').LoadHook} */
export function load(url, context, nextLoad) {
  if (!url.startsWith('file:') || !new URL(url).pathname.endsWith('.ts')) return nextLoad(url, context)
  return { format: 'module', source: withoutTypes(fileURLToPath(url)), shortCircuit: true }
}

/** @param {string} file */
function withoutTypes(file) {
  const text = readFileSync(file, 'utf8')
  const cached = join(CACHE, relative(ROOT, file))
  const [kept, before] = read(cached).split(BETWEEN)
  if (kept !== undefined && before === text) return kept
  const { code } = require('@swc/wasm-typescript').transformSync(text, { mode: 'strip-only', filename: file })
  // The text comes last: where it is whole, so is what stands before it.
  keep(cached, code + BETWEEN + text)
  return code
}

/** @param {string} file */
function read(file) {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}

/**
 * @param {string} file
 * @param {string} text
 */
function keep(file, text) {
  try {
    mkdirSync(dirname(file), { recursive: true })
    const unfinished = `${file}.${process.pid}`
    writeFileSync(unfinished, text)
    renameSync(unfinished, file)
  } catch {
    // Whoever runs it may not write beside what another user installed.
  }
}
