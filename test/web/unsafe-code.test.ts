import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from '../support/tap.ts'

interface Source {
  path: string
  text: string
}

async function read(folder: string, ending: RegExp): Promise<Source[]> {
  const files = (await readdir(folder, { recursive: true })).filter((file) => ending.test(file)).sort()
  return Promise.all(
    files.map(async (path) => ({ path, text: withoutComments(await readFile(join(folder, path), 'utf8')) })),
  )
}

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '$1')
}

const src = await read('src', /\.[jt]s$/)
const pageScripts = await read('public', /\.js$/)
const views = await read('views', /\.eta$/)
const filesWith = (sources: Source[], pattern: RegExp) =>
  sources.filter(({ text }) => pattern.test(text)).map(({ path }) => path)

t.test('no text becomes code', async (t) => {
  const code = /\beval\(|new Function\b|\bFunction\(|set(?:Timeout|Interval)\(\s*['"`]|node:vm|from 'vm'/
  t.same(filesWith([...src, ...pageScripts], code), [])
  t.match('eval(x)', code)
  t.same(
    filesWith(src, /renderString|compileToString|\.compile\(/),
    ['database/prepared.ts'],
    'no template is made from text',
  )
  t.same(filesWith(src, /node:v8|from 'v8'/), [], 'no object comes back from bytes')
})

t.test(
  'only the embedded PostgreSQL starts programs, by fixed names and never through a shell',
  async (t) => {
    for (const path of filesWith(src, /child_process/)) t.match(path, /^database\/embedded/)
    t.same(filesWith(src, /shell: true|\bexec\(['"`]|execSync\(/), [])
  },
)

t.test('no SQL is put together from text that anybody typed', async (t) => {
  t.same(filesWith(src, /sql\.raw\(/), ['settings/users/list/list-order.ts'])
  const [order] = src.filter(({ path }) => path === 'settings/users/list/list-order.ts')
  const raw = [...(order?.text ?? '').matchAll(/sql\.raw\((.*)\)/g)].map((match) => match[1])
  t.same(raw, ["direction === 'asc' ? '>' : '<'"], 'two signs of our own')
  // Backup, restore and the embedded server name tables and settings, which come from our own schema.
  for (const path of filesWith(src, /\.query\(\s*`[^`]*\$\{|\.query\(['"`][^)]*['"`] \+/))
    t.match(path, /^database\//)
})

t.test('what is unguessable comes from the operating system’s generator', async (t) => {
  t.same(filesWith(src, /Math\.random/), [])
  const shortest = src.flatMap(({ text }) =>
    [...text.matchAll(/randomBytes\((\d+)\)/g)].map((match) => Number(match[1])),
  )
  t.ok(shortest.length > 0)
  t.ok(Math.min(...shortest) >= 16, '128 bits at least')
})

t.test('cryptography is Node’s own and bcrypt, with hashes that nobody has broken', async (t) => {
  const foreign = /from '(crypto-js|node-forge|tweetnacl|bcryptjs|sjcl|jsonwebtoken|jose)'/
  t.same(filesWith(src, foreign), [])
  t.same(filesWith(src, /subtle\.|createCipher\(|createDecipher\(|-ecb|-cbc|RSA_PKCS1_PADDING/i), [])
  const hashes = src.flatMap(({ text }) =>
    [...text.matchAll(/(?:createHash|createHmac|hkdfSync|hash)\('([\w-]+)'/g)].map((match) => match[1]),
  )
  t.same([...new Set(hashes)].sort(), ['sha1', 'sha256', 'sha384'])
  t.same(filesWith(src, /'(md5|rc4|des)'/i), [])
  // RFC 6238 with the one hash that every app knows. HMAC does not need a hash without collisions.
  t.same(filesWith(src, /'sha1'/i), ['sessions/totp.ts'])
  const ciphers = src.flatMap(({ text }) =>
    [...text.matchAll(/create(?:Cipher|Decipher)iv\('([\w-]+)'/g)].map((match) => match[1]),
  )
  t.same(
    ciphers.filter((cipher) => cipher !== 'aes-256-gcm'),
    [],
    'where something is encrypted, it cannot be changed unseen',
  )
})

t.test('secrets are compared in a time that says nothing about them', async (t) => {
  const comparison =
    /\b(?:token|secret|hmac|mac|signature|digest|pepper|fingerprint)\b\s*[!=]==?(?!=|\s*(?:null|undefined|typeof|current\b|['"`]))/i
  t.same(filesWith(src, comparison), [])
  t.match('if (token === given)', comparison)
  for (const { path, text } of src)
    if (/createHmac\(/.test(text) && /\b(is|read|verify|match|accept)\w*\(/i.test(text) && /given/.test(text))
      t.match(text, 'timingSafeEqual', path)
})

t.test('nothing switches the check of a certificate off', async (t) => {
  t.same(filesWith(src, /rejectUnauthorized|NODE_TLS_REJECT_UNAUTHORIZED|checkServerIdentity/), [])
  t.match(await readFile('Dockerfile', 'utf8'), /^(?![\s\S]*NODE_TLS)/)
})

t.test('requests leave Frontdesk through one module', async (t) => {
  const outward = /\bfetch\(|(?<!STATUS_CODES \} from ')node:https?'|from 'undici'|node:dgram/
  t.same(filesWith(src, outward), ['emails/postmark.ts'])
})

t.test('a log line’s text is fixed; what anybody typed stands in a field beside it', async (t) => {
  for (const { path, text } of src) {
    const lines = [...text.matchAll(/\blog\.(?:trace|debug|info|warn|error|fatal)\(([^;]*?)\)\n/g)]
    for (const [, given = ''] of lines) t.notMatch(given, /`[^`]*\$\{|' \+|%[sdjo]/, `${path}: ${given}`)
  }
  t.same(filesWith(src, /util\.format|from 'node:util'.*format/), [])
})

t.test('only what a person runs in a terminal writes there; all else is the log', async (t) => {
  for (const path of filesWith(src, /console\.|process\.std(?:out|err)\.write/))
    t.match(path, /command|(^|\/)server\.ts$|doctor|start-up/)
})

t.test('the page’s script writes text as text, and markup only from pages of ours', async (t) => {
  for (const { path, text } of pageScripts) {
    const markup = text.match(/.*(?:innerHTML|outerHTML|insertAdjacentHTML|document\.write|srcdoc).*/g) ?? []
    for (const line of markup)
      t.match(
        line.trim(),
        /^const news = page\.getElementById\(id\)$|^if \(part && news && part\.innerHTML !== news\.innerHTML\) part\.innerHTML = news\.innerHTML$/,
        path,
      )
    t.notMatch(text, /https?:\/\/|\/\/[a-z]/, `${path} asks no other site`)
    t.notMatch(
      text,
      /window\.[a-z]\w*|globalThis\.|document\.(?!querySelector|getElementById|addEventListener)/,
    )
  }
  for (const { path, text } of views)
    if (!path.startsWith('emails/')) t.notMatch(text, /<script(?! type="module" src="<%)/, path)
})

t.test('a browser keeps nothing but when the page was last used', async (t) => {
  const kept = pageScripts.flatMap(
    ({ text }) => text.match(/(?:localStorage|sessionStorage)\.\w+\([^)]*\)?/g) ?? [],
  )
  t.same(new Set(kept.map((use) => use.match(/'(\w+)'/)?.[1])), new Set(['lastUsed']))
  for (const { text } of pageScripts) t.notMatch(text, /indexedDB|caches\.|document\.cookie|serviceWorker/)
})

t.test('no answer is a script made of data, and none is for another site to call', async (t) => {
  t.same(filesWith(src, /\bjsonp\b|application\/javascript|text\/javascript|access-control-allow/i), [])
})

t.test('no form asks for a hint or a secret question', async (t) => {
  const asked = /security question|secret question|password hint|mother|maiden|passwordHint|securityAnswer/i
  t.same(filesWith([...views, ...src], asked), [])
})

t.test('every pattern that looks at what was typed is quick, however long the text', async (t) => {
  const nested = /\((?:[^()\\]|\\.)*[+*](?:[^()\\]|\\.)*\)[+*]/
  const patterns = src.flatMap(({ path, text }) =>
    [
      ...text.matchAll(
        /(?<=[=(,:!&|?[{}\s])\/((?:[^/\n\\[]|\\.|\[(?:[^\]\\]|\\.)*\])+)\/[dgimsuvy]*(?=[\s.,;)\]])/g,
      ),
    ].map((match) => ({ path, pattern: match[1] ?? '' })),
  )
  t.ok(patterns.length > 30, `${patterns.length} patterns read`)
  // Of those with a repetition inside a repetition, each part must begin with a sign that the part before it cannot hold.
  const known = patterns.filter(({ pattern }) => nested.test(pattern))
  for (const { path, pattern } of known) t.match(pattern, /\((?:\?:)?(?:-|\\\.|\\s|,)/, `${path}: ${pattern}`)
})
