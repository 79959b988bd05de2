import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from '../support/tap.ts'

/** Names of people who don’t exist. */
const SAMPLES = /^demo\/|\/samples\.ts$/

t.test('no view holds a sentence of its own', async (t) => {
  const files = await filesIn('views', '.eta')
  for (const file of files) {
    t.same(textOf(await readFile(join('views', file), 'utf8')), [], file)
  }
})

t.test('no code outside src/words holds a sentence that people read', async (t) => {
  const files = await filesIn('src', '.ts')
  for (const file of files.filter((file) => !file.startsWith('words') && !SAMPLES.test(file))) {
    t.same(sentencesIn(await readFile(join('src', file), 'utf8')), [], file)
  }
})

async function filesIn(folder: string, end: string): Promise<string[]> {
  return (await readdir(folder, { recursive: true })).filter((file) => file.endsWith(end))
}

/** What stands between tags or in an attribute that is read out, and texts in the code of a view. */
function textOf(view: string): string[] {
  const code = [...view.matchAll(/<%[~=]?([\s\S]*?)%>/g)].map(([, code = '']) => code)
  const literals = code.flatMap((code) => [...code.matchAll(/'([^'\n]*)'/g)].map(([, text = '']) => text))
  const html = view.replace(/<%[\s\S]*?%>/g, '').replace(/<!--[\s\S]*?-->|<style>[\s\S]*?<\/style>/g, '')
  const read = [...html.matchAll(/\b(?:aria-label|title|alt|placeholder|content)="([^"]*)"/g)].map(
    ([, text = '']) => text,
  )
  const shown = html.replace(/<[^>]*>/g, '\n').split('\n')
  return [
    ...literals.filter(isSentence),
    ...[...read, ...shown].map((text) => text.trim()).filter(hasWord),
  ].filter((text) => !ALLOWED.has(text))
}

const ALLOWED = new Set([
  'Frontdesk',
  '– Frontdesk',
  'light dark',
  'width=device-width, initial-scale=1',
  'telephone=no, date=no, address=no, email=no, url=no',
])

const hasWord = (text: string) => /\p{L}{2}/u.test(text.replace(/&\w+;/g, ''))

/** A text with a capital first or several words; names of views, classes and fields are neither. */
const isSentence = (text: string) =>
  /^[A-Z’“][\p{L}’]+/u.test(text) || /[\p{L}’]+ [\p{L}’]+ [\p{L}’]+/u.test(text)

/** What programs say to each other, and we must say exactly so. */
const OF_OTHERS = new Set([
  'Query read timeout',
  'Client Key',
  'Server Key',
  'Not understood',
  'Frontdesk <frontdesk@localhost.localdomain>',
])

/** Texts of the code but those of errors that only developers see, of logs, and of SQL. */
function sentencesIn(source: string): string[] {
  const shown = source
    .replace(/\/\*[\s\S]*?\*\/|(?<!:)\/\/.*$|^import [\s\S]*? from .*$/gm, '')
    .replace(/\bsql(<[^`]*>)?`[^`]*`/g, '')
    .replace(
      /new \w*Error\((?:[^()]|\([^()]*\))*\)|\blog\.\w+\((?:[^()]|\([^()]*\))*\)|\bfailure: '[^']*'/g,
      '',
    )
  const texts = [...shown.matchAll(/'([^'\n]*)'|`([^`]*)`/g)].map(
    ([, plain, template]) => plain ?? template ?? '',
  )
  return texts.filter(
    (text) =>
      !OF_OTHERS.has(text) &&
      /^[A-Z“][^<>{}]*[ ’]\S/.test(text) &&
      !/^[A-Z_]+[ /]|^Content-|^Basic /.test(text),
  )
}

t.test('a text stands once in src/words', async (t) => {
  const texts: string[] = []
  for (const file of await filesIn('src/words', '.ts')) {
    const source = await readFile(join('src/words', file), 'utf8')
    texts.push(
      ...[...source.matchAll(/'([^'\n]+)'|`([^`]+)`/g)].map(([, plain, template]) => plain ?? template ?? ''),
    )
  }
  const sentences = texts.filter((text) => /^[A-Z“].* \S/.test(text) && !text.includes('${'))
  t.same(
    sentences.filter((text, index) => sentences.indexOf(text) !== index),
    [],
  )
})
