import { readdir, readFile } from 'node:fs/promises'
import bcrypt from 'bcrypt'
import { Busy, createPasswords } from '../../src/sessions/passwords.ts'
import t from '../support/tap.ts'

const pepper = [Buffer.alloc(32, 7)] as const
const passwords = createPasswords(pepper, { cost: 4 })
const tree = 'correct horse battery staple'

t.test('a person gets in with exactly the password they chose', async (t) => {
  const hash = await passwords.hash(tree)
  t.ok(await passwords.verify(tree, hash))
  for (const other of [`${tree} `, ` ${tree}`, tree.toUpperCase(), tree.slice(0, -1), `${tree}\0`, '']) {
    t.notOk(await passwords.verify(other, hash), JSON.stringify(other))
  }
})

t.test('every character counts, however long the password and wherever the difference', async (t) => {
  for (const unit of ['a', '€', '🌳', '\0']) {
    const long = unit.repeat(128)
    const hash = await passwords.hash(long)
    t.ok(await passwords.verify(long, hash))
    for (const at of [0, 17, 18, 24, 63, 71, 72, 73, 126, 127]) {
      const changed = `${unit.repeat(at)}X${unit.repeat(127 - at)}`
      t.notOk(await passwords.verify(changed, hash), `${JSON.stringify(unit)} changed at ${at}`)
    }
  }
})

t.test('a keyboard that composes accents differently makes no difference', async (t) => {
  const hash = await passwords.hash('cr\u00e8me br\u00fbl\u00e9e f\u00fcr alle')
  t.ok(await passwords.verify('cre\u0300me bru\u0302le\u0301e fu\u0308r alle', hash))
})

t.test('two people with one password have different hashes', async (t) => {
  t.not(await passwords.hash(tree), await passwords.hash(tree))
})

t.test('what is stored names its version and cost, twelve where nothing else is asked for', async (t) => {
  t.match(await passwords.hash(tree), /^v2:[\w-]{8}:\$2b\$04\$[./A-Za-z0-9]{53}$/)
  t.match(await createPasswords(pepper).hash(tree), /^v2:[\w-]{8}:\$2b\$12\$[./A-Za-z0-9]{53}$/)
})

t.test('a stolen table is of no use without the pepper', async (t) => {
  const hash = await passwords.hash(tree)
  t.notOk(await createPasswords([Buffer.alloc(32, 8)], { cost: 4 }).verify(tree, hash))
  t.notOk(await bcrypt.compare(tree, hash.replace(/^v2:[\w-]{8}:/, '')))
})

t.test('nobody gets in where no password is set or what is stored is damaged', async (t) => {
  const hash = await passwords.hash(tree)
  const bare = hash.replace(/^v2:[\w-]{8}:/, '')
  for (const stored of [
    null,
    '',
    'v1:',
    bare,
    `v2:${bare}`,
    `v2:ABCDEFGH:${bare}`,
    `v3:${hash.slice(3)}`,
    hash.slice(0, -1),
    `v1:${hash}`,
    tree,
    'v1:null',
  ]) {
    t.notOk(await passwords.verify(tree, stored), String(stored))
  }
})

t.test('a stranger’s try costs one real hash, as a colleague’s does', async (t) => {
  const compare = t.capture(bcrypt, 'compare', bcrypt.compare)
  await passwords.verify(tree, null)
  const [call] = compare()
  const stored = String(call?.args[1])
  t.equal(bcrypt.getRounds(stored), 4)
  t.equal(bcrypt.hashSync(tree, stored).length, 60, 'bcrypt accepts the salt and does the work')

  await createPasswords(pepper).verify(tree, null)
  t.equal(bcrypt.getRounds(String(compare()[0]?.args[1])), 12)
})

t.test('two hashes run at once, twenty wait, and the next person is told to come back', async (t) => {
  const busy = createPasswords(pepper, { cost: 4 })
  let running = 0
  let most = 0
  const compare = bcrypt.compare
  t.intercept(bcrypt, 'compare', {
    value: async (...args: Parameters<typeof compare>) => {
      most = Math.max(most, ++running)
      const matches = await compare(...args)
      running--
      return matches
    },
  })

  const results = await Promise.allSettled(Array.from({ length: 23 }, () => busy.verify(tree, null)))
  const refused = results.filter((result) => result.status === 'rejected')
  t.equal(refused.length, 1)
  t.equal(results[22]?.status, 'rejected', 'the last to come')
  t.ok(refused[0]?.reason instanceof Busy)
  t.equal(most, 2)

  const later = await Promise.allSettled(Array.from({ length: 22 }, () => busy.verify(tree, null)))
  t.ok(
    later.every((result) => result.status === 'fulfilled'),
    'every place is free again',
  )
})

t.test('a hash that fails gives its place back', async (t) => {
  const busy = createPasswords(pepper, { cost: 4 })
  const failing = Array.from({ length: 5 }, () => busy.hash(null as unknown as string))
  for (const result of await Promise.allSettled(failing)) t.equal(result.status, 'rejected')
  t.match(await busy.hash(tree), /^v2:/)
})

t.test('one file alone speaks to bcrypt', async (t) => {
  const folder = new URL('../../src/', import.meta.url)
  const files = (await readdir(folder, { recursive: true })).filter((file) => file.endsWith('.ts'))
  const sources = await Promise.all(
    files.map(async (file) => [file, await readFile(new URL(file, folder), 'utf8')]),
  )
  const importers = sources.filter(([, source]) => /from 'bcrypt'|import\('bcrypt'\)/.test(source ?? ''))
  t.strictSame(
    importers.map(([file]) => file),
    ['sessions/passwords.ts'],
  )
})
