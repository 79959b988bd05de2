import { existsSync, linkSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { putInPlace } from '../../src/database/put-in-place.ts'
import { privateFolder } from '../support/private-folder.ts'
import t from '../support/tap.ts'

t.test('where the system refuses a link, what is complete is moved, and replaces nothing', async (t) => {
  const folder = privateFolder(t)
  // No system links a folder: the refusal that FAT and exFAT give for files, too.
  const [unfinished, path] = [join(folder, 'unfinished'), join(folder, 'backup')]
  mkdirSync(unfinished)
  writeFileSync(join(unfinished, 'rows'), 'all of them')
  t.throws(() => linkSync(unfinished, join(folder, 'other')), { code: 'EPERM' })
  await putInPlace(unfinished, path)
  t.same(readdirSync(path), ['rows'])
  t.notOk(existsSync(unfinished))

  mkdirSync(unfinished)
  await t.rejects(putInPlace(unfinished, path), { message: `${path} already exists.` })
  t.same(readdirSync(path), ['rows'])
})

t.test('a file that came in the meantime is not replaced', async (t) => {
  const folder = privateFolder(t)
  const [unfinished, path] = [join(folder, 'unfinished'), join(folder, 'backup')]
  writeFileSync(unfinished, 'mine')
  writeFileSync(path, 'theirs')
  await t.rejects(putInPlace(unfinished, path), { message: `${path} already exists.` })
})
