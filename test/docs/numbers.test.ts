import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from '../support/tap.ts'

const PAGES = [
  'SECURITY.md',
  ...(await readdir('docs', { recursive: true }))
    .filter((file) => file.endsWith('.md'))
    .map((file) => join('docs', file)),
]

/** `15<!-- PASSWORD_MIN_LENGTH -->`, `30 seconds<!-- app.ts REQUEST_TIMEOUT_MS / 1000 -->`, `24 hours<!-- said: NIST -->`. */
const MARKED = /(\d[\d,.]*)((?: [a-zA-Z]+)?)<!-- ([^>]+?) -->/g
const UNIT =
  /\d[\d,.]*\s(?:milliseconds?|seconds?|minutes?|hours?|days?|months?|years?|characters|bits|bytes|KB|MB|rows|tries|people)\b(?!<!--)/g
/** What no constant of ours says: sizes of hashes and of standards, and promises that people keep. */
const NOT_OURS = /\d+ bits|working days|64 bits/

interface Constant {
  value: number
  path: string
}

const constants = await readConstants()

async function readConstants(): Promise<Map<string, Constant[]>> {
  const found = new Map<string, Constant[]>()
  for (const path of (await readdir('src', { recursive: true })).filter((file) => file.endsWith('.ts'))) {
    const text = await readFile(join('src', path), 'utf8')
    for (const [, name = '', product = ''] of text.matchAll(
      /\b(\w+)(?::| =| \?\?) ([\d_]+(?: \* [\d_]+)*)(?=[,;\n )])/g,
    ))
      found.set(name, [...(found.get(name) ?? []), { value: productOf(product), path }])
  }
  return found
}

function productOf(product: string): number {
  return product.split(' * ').reduce((value, factor) => value * Number(factor.replaceAll('_', '')), 1)
}

/** What a mark stands for, or why it stands for nothing. */
function markedValue(mark: string): number | string {
  // A name that has just changed: the first of them that is there.
  const [known] = mark.split(' or ').filter((one) => typeof valueOfOne(one) === 'number')
  return valueOfOne(known ?? mark)
}

function valueOfOne(mark: string): number | string {
  const [, file, name = '', divisor = '1'] = /^(?:(\S+\.ts) )?(\w+)(?: \/ (\d+))?$/.exec(mark) ?? []
  const found = (constants.get(name) ?? []).filter(({ path }) => !file || path === file)
  const values = new Set(found.map(({ value }) => value))
  if (values.size === 0) return `no constant ${name} in src`
  if (values.size > 1) return `${name} has several values: ${[...values]}`
  return ([...values][0] ?? Number.NaN) / Number(divisor)
}

for (const page of PAGES) {
  const text = await readFile(page, 'utf8')

  t.test(`every number that ${page} takes from the code is the one in the code`, async (t) => {
    for (const [whole, number = '', , mark = ''] of text.matchAll(MARKED))
      if (!mark.startsWith('said: ')) t.equal(markedValue(mark), Number(number.replaceAll(',', '')), whole)
  })

  t.test(`no length of time or size in ${page} stands there without its source`, async (t) => {
    t.same(
      (text.match(UNIT) ?? []).filter((found) => !NOT_OURS.test(found)),
      [],
    )
    t.same(text.replace(MARKED, '').match(/.{20}<!--.*?-->/g), null, 'every mark follows a number')
  })
}

t.test('a wrong number, an unknown name and a bare number are found', async (t) => {
  t.equal(markedValue('PASSWORD_MIN_LENGTH'), 15)
  t.match(markedValue('NO_SUCH_NUMBER'), 'no constant')
  t.equal(markedValue('HANDLER_TIMEOUT_MS / 1000'), 10)
  t.match('ends after 30 minutes without use', UNIT)
  t.notMatch('ends after 30 minutes<!-- IDLE --> without use', UNIT)
})
