import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from '../support/tap.ts'

/** A status of a user, with its blank. */
const BUILT = ['invitation-expired']

const css = (await readFile('public/frontdesk.css', 'utf8')).replace(/\/\*[\s\S]*?\*\//g, '')
const styled = new Set(namesIn(css.replace(/\{[^{}]*\}/g, '{}'), /\.([a-z][\w-]*)/g))

t.test('every class of the style sheet is somewhere on a page', async (t) => {
  const sources = [
    ...(await textsIn('views')),
    ...(await textsIn('src')),
    ...(await textsIn('public', '.js')),
  ]
  const words = new Set(namesIn(sources.join('\n'), /([a-z][\w-]*)/g))
  t.same(
    [...styled].filter((name) => !words.has(name) && !BUILT.includes(name)),
    [],
  )
})

t.test('every class on a page is in the style sheet', async (t) => {
  const views = await textsIn('views')
  const given = views.flatMap((view) =>
    namesIn(view, /class="([^"]*)"/g).flatMap((names) =>
      names
        .replace(/<%[\s\S]*?%>/g, ' ')
        .split(/\s+/)
        .filter(Boolean),
    ),
  )
  t.same(
    [...new Set(given)].filter((name) => !styled.has(name)),
    [],
  )
})

async function textsIn(folder: string, end = ''): Promise<string[]> {
  const files = await readdir(folder, { recursive: true, withFileTypes: true })
  const paths = files
    .filter((file) => file.isFile() && file.name.endsWith(end))
    .map((file) => join(file.parentPath, file.name))
  return Promise.all(
    paths
      .filter((path) => !path.includes('views/emails') && !path.endsWith('.txt'))
      .map((path) => readFile(path, 'utf8')),
  )
}

function namesIn(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].map(([, name = '']) => name)
}
