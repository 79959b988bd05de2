import { execFileSync, spawnSync } from 'node:child_process'
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  rmdirSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { startEmbedded } from '../../src/database/embedded.ts'
import { isServerRunning, runServer, stopServer } from '../../src/database/embedded-server.ts'
import { mendCluster } from '../../src/database/mend-cluster.ts'
import { onServer } from '../support/postgres.ts'
import { folderWithCluster, privateFolder } from '../support/private-folder.ts'
import t from '../support/tap.ts'

const whole = await folderWithCluster(t)
await runServer(whole)
await stopServer(whole)

/** What somebody has made of a good data folder. */
function copied(t: Parameters<typeof privateFolder>[0], name = 'data'): { dataDir: string; folder: string } {
  const dataDir = join(privateFolder(t), name)
  cpSync(whole, dataDir, { recursive: true })
  return { dataDir, folder: join(dataDir, 'postgres') }
}

t.test(
  'a copy that others can read, without its empty folders, in a path with all sorts, starts',
  async (t) => {
    const { dataDir, folder } = copied(t, `it's "my" data, ünïcode & ${'long '.repeat(30)}`.trim())
    // As root the copy belongs to root now, too.
    execFileSync('chmod', ['-R', 'go+rX', folder])
    chmodSync(folder, 0o777)
    for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' }).reverse()) {
      const path = join(folder, name)
      if (statSync(path).isDirectory() && readdirSync(path).length === 0) rmdirSync(path)
    }
    t.notOk(existsSync(join(folder, 'pg_notify')))
    const { connectionString, stop } = await startEmbedded(dataDir)
    t.teardown(stop)
    await onServer(connectionString, 'select 1')
    t.equal(statSync(folder).mode & 0o777, 0o700)
  },
)

const DAMAGES: [string, (folder: string) => void, RegExp][] = [
  [
    'PG_VERSION is empty',
    (folder) => truncateSync(join(folder, 'PG_VERSION')),
    /PG_VERSION is empty.* 18\.$/,
  ],
  [
    'PG_VERSION is missing',
    (folder) => rmSync(join(folder, 'PG_VERSION')),
    /PG_VERSION is missing.*npm run restore/,
  ],
  [
    'the password is missing',
    (folder) => rmSync(join(folder, 'password')),
    /password is missing.*npm run restore/,
  ],
  ['the password is empty', (folder) => truncateSync(join(folder, 'password')), /password is empty\./],
  [
    'the password is another',
    (folder) => writeFileSync(join(folder, 'password'), 'guess'),
    /password is not the database/,
  ],
  [
    'half of it is there',
    (folder) => rmSync(join(folder, 'global'), { recursive: true }),
    /pg_control is missing/,
  ],
  [
    'its log is not there',
    (folder) => rmSync(join(folder, 'pg_wal'), { recursive: true }),
    /pg_wal is missing/,
  ],
]
for (const [what, damage, words] of DAMAGES) {
  t.test(`where ${what}, the start stops with one line, and makes nothing in its place`, async (t) => {
    const { dataDir, folder } = copied(t)
    damage(folder)
    const left = readdirSync(dataDir).filter((name) => name !== 'postgres.log')
    await t.rejects(startEmbedded(dataDir), words)
    t.same(
      readdirSync(dataDir).filter((name) => name !== 'postgres.log'),
      left,
    )
    t.notOk(isServerRunning(dataDir))
  })
}

t.test('a folder in the place of the log is named', async (t) => {
  const { dataDir } = copied(t)
  rmSync(join(dataDir, 'postgres.log'), { force: true })
  mkdirSync(join(dataDir, 'postgres.log'))
  await t.rejects(startEmbedded(dataDir), /postgres\.log could not be opened \(EISDIR\)\. Move away/)
})

t.test('an empty folder, as a container’s volume is, is filled', async (t) => {
  const dataDir = privateFolder(t)
  mkdirSync(join(dataDir, 'postgres'))
  const { stop } = await startEmbedded(dataDir)
  await stop()
})

t.test('somebody else’s data is named, with its owner and what to run', { skip: !process.getuid }, (t) => {
  const { folder } = copied(t)
  // The process is everybody's own where it is not root; so the owner is made another, or we are.
  const isRoot = process.getuid?.() === 0
  if (!isRoot) {
    t.end()
    return
  }
  execFileSync('chown', ['-R', '12345', folder])
  t.throws(
    () => mendCluster(folder, {}, '18'),
    /belongs to user 12345, but .* user 0\. Run: sudo chown -R 0 '/,
  )
  t.end()
})

const canMount = process.getuid?.() === 0 && spawnSync('unshare', ['-m', 'true']).status === 0
t.test('a disk that is full at the first start is named', { skip: !canMount }, async (t) => {
  const disk = privateFolder(t)
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=12m', 'tmpfs', disk])
  t.teardown(() => execFileSync('umount', ['--lazy', disk]))
  await t.rejects(
    startEmbedded(disk),
    /could not create its data folder\. The disk of .* is full\. Make room on it\.$/,
  )
  t.same(readdirSync(disk), ['postgres.log'], 'and nothing half made is left')
})
