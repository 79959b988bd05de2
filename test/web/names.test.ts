import { readdir, readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import t from '../support/tap.ts'

/** An old word of ours, and the field's own. Only names are read: in a sentence each of them may be right. */
const WORDS: Record<string, string> = {
  act: 'action',
  acts: 'actions',
  address: 'email, ip or url',
  addresses: 'emails, ips or urls',
  batch: 'import',
  carried: 'signed form',
  cast: 'team',
  floor: 'baseline',
  house: 'processes',
  lineage: 'session id',
  mail: 'email',
  mails: 'emails',
  meanwhile: 'what happened',
  people: 'users',
  person: 'user',
  place: 'cursor or index',
  places: 'cursors or indexes',
  proof: 'signature',
  reauthenticate: 'verify',
  seal: 'signed form',
  sealed: 'signed',
  several: 'import',
  somebody: 'user',
  storm: 'load test',
  subdomain: 'label',
  'account id': 'clinic id',
  'goes on': 'is after',
  'held back': 'throttled',
  'id hash': 'token hash',
  'left out': 'skipped',
  'own password': 'current password',
  'stand in': 'fake',
}

/** Names that others gave: Node, PostgreSQL, Postmark, Kysely, WHATWG. `personEmail` keeps browsers from filling it in. */
const GIVEN = new Set([
  ...[
    'AddressInfo',
    'addAddress',
    'remoteAddress',
    'listen_addresses',
    'connect_address',
    'AddressChange',
    'BadEmailAddress',
  ],
  ...['mailFrom', 'MAIL_FROM', 'castTo', 'personEmail', 'put-in-place', 'putInPlace'],
])

const FOLDERS = ['src', 'migrations', 'views', 'test', 'bench']
const THIS_FILE = 'test/web/names.test.ts'

t.test('files and identifiers have the names of the field', async (t) => {
  const found: string[] = []
  for (const folder of FOLDERS) {
    for (const file of await readdir(folder, { recursive: true })) {
      const path = join(folder, file)
      if (!/\.(ts|js|eta)$/.test(path) || path === THIS_FILE) continue
      const names = [basename(path).replace(/\..*$/, ''), ...identifiersIn(await readFile(path, 'utf8'))]
      found.push(...names.flatMap((name) => oldWordsIn(name).map((words) => `${path}: ${name}: ${words}`)))
    }
  }
  t.same([...new Set(found)], [])
})

t.test('an old word is found in every spelling, and part of a word is none', async (t) => {
  for (const name of [
    'lineageOf',
    'session_lineage',
    'isLeftOut',
    'STAND_IN_TOKEN',
    'own-address',
    'castClinic',
  ])
    t.not(oldWordsIn(name).length, 0, name)
  for (const name of ['replaceEmail', 'broadcast', 'leftJoin', 'remoteAddress', 'signedForm'])
    t.same(oldWordsIn(name), [], name)
})

/** Those of two words or more, and what is declared; a sentence may hold any other word. */
function identifiersIn(text: string): string[] {
  const declared = [...text.matchAll(/\b(?:const|let|function|type|interface|class) ([A-Za-z]+)\b/g)]
  const compound = text.match(/\b[a-z]+[A-Z]\w*|\b[A-Z][a-z]+[A-Z]\w*|\b[A-Za-z]+_\w+/g) ?? []
  return [
    ...compound,
    ...declared.map(([, name = '']) => name).filter((name) => !/^(person|people)$/i.test(name)),
  ]
}

function oldWordsIn(name: string): string[] {
  if (GIVEN.has(name)) return []
  const words = ` ${name
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .replace(/[_-]/g, ' ')
    .toLowerCase()} `
  return Object.keys(WORDS).flatMap((old) => (words.includes(` ${old} `) ? [`${old} is ${WORDS[old]}`] : []))
}
