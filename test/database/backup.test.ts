import { existsSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { loadConfig } from '../../src/config.ts'
import { tablesOf } from '../../src/database/backup-lines.ts'
import { type Database, openDatabase } from '../../src/database/database.ts'
import { clusterFolder } from '../../src/database/embedded-cluster.ts'
import { connectionString } from '../../src/database/embedded-server.ts'
import { DEMO_PASSWORD, demoClinic } from '../../src/demo/team.ts'
import { createPasswords } from '../../src/sessions/passwords.ts'
import { type Ended, runCommand } from '../support/command.ts'
import { joinPath } from '../support/invitations.ts'
import { folderWithCluster, privateFolder } from '../support/private-folder.ts'
import { type ServerProcess, startServer, untilReady } from '../support/server-process.ts'
import t from '../support/tap.ts'

type Test = Parameters<typeof startServer>[0] & { teardown(work: () => void): void }

const backup = (env: Record<string, string>, file: string): Promise<Ended> =>
  runCommand('src/commands/backup.ts', env, file)
const restore = (env: Record<string, string>, ...words: string[]): Promise<Ended> =>
  runCommand('src/commands/restore.ts', env, ...words)

async function started(t: Test, DATA_DIR: string): Promise<{ server: ServerProcess; url: string }> {
  const server = await startServer(t, { DATA_DIR })
  await untilReady(server)
  return { server, url: connectionString(clusterFolder(DATA_DIR)) }
}

async function withDb<T>(url: string, work: (db: Database) => Promise<T>): Promise<T> {
  const db = openDatabase(url)
  return work(db).finally(() => db.destroy())
}

/** Every row of every table, as PostgreSQL writes it. */
async function everything(url: string): Promise<Record<string, string[]>> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  const all: Record<string, string[]> = {}
  for (const table of await tablesOf(client)) {
    const { rows } = await client.query(`select t::text as row from ${table} t order by 1`)
    all[table] = rows.map(({ row }) => row)
  }
  await client.end()
  return all
}

async function signIn(server: ServerProcess, email: string): Promise<string | null> {
  const body = new URLSearchParams({ email, password: DEMO_PASSWORD })
  const headers = { 'sec-fetch-site': 'same-origin' }
  const answer = await fetch(`${server.url}/sign-in`, { method: 'POST', body, headers, redirect: 'manual' })
  return answer.headers.get('location')
}

t.test(
  'what was backed up while people worked is there again elsewhere: people, passwords, links',
  async (t) => {
    const DATA_DIR = await folderWithCluster(t)
    const file = join(privateFolder(t), 'kept', 'monday.gz')
    const { server, url } = await started(t, DATA_DIR)
    const config = loadConfig({ DATA_DIR })
    const { team, path } = await withDb(url, async (db) => {
      const team = await demoClinic(db, createPasswords(config.keys.passwords, { cost: 4 }))
      const lastName = 'Two\u2028lines \\ "quoted" \u{1f468}\u200d\u2695\ufe0f'
      await db.updateTable('users').set({ lastName }).where('id', '=', team.scheduler.id).execute()
      // So that the outbox leaves the rows as they are.
      await db.updateTable('emails').set({ sentAt: new Date(), leasedUntil: null }).execute()
      return { team, path: await joinPath(db, config, team.invited) }
    })
    const before = await everything(url)
    t.match(await backup({ DATA_DIR }, file), {
      status: 0,
      stderr: '',
      stdout: / rows are in .*monday\.gz\n/,
    })
    t.equal(statSync(file).mode & 0o777, 0o600)
    t.same(readdirSync(join(file, '..')), ['monday.gz'])
    t.match(await backup({ DATA_DIR }, file), { status: 1, stderr: `${file} already exists.\n` })
    await withDb(url, (db) =>
      demoClinic(db, createPasswords(config.keys.passwords, { cost: 4 }), 'Later Clinic'),
    )
    server.child.kill('SIGKILL')
    await server.ended

    const elsewhere = privateFolder(t)
    t.match(await restore({ DATA_DIR: elsewhere }, file), { status: 0, stderr: '' })
    t.same(readdirSync(elsewhere).sort(), ['postgres', 'secret'])
    const next = await started(t, elsewhere)
    t.same(await everything(next.url), before)
    t.equal(readFileSync(join(elsewhere, 'secret'), 'utf8'), readFileSync(join(DATA_DIR, 'secret'), 'utf8'))
    t.equal(await signIn(next.server, team.owner.email), '/')
    const opened = await fetch(`${next.server.url}${path}`, { redirect: 'manual' })
    const cookie = opened.headers.get('set-cookie')?.split(';')[0] ?? ''
    t.match(
      await (await fetch(`${next.server.url}/join`, { headers: { cookie } })).text(),
      'Olivia Hart has invited you',
    )
    // New rows get new numbers, and the counters went on from where they were.
    await withDb(next.url, (db) =>
      demoClinic(db, createPasswords(config.keys.passwords, { cost: 4 }), 'New Clinic'),
    )

    // The orphan of the killed program is no obstacle, and what it held is put aside.
    const replaced = await restore({ DATA_DIR }, file, '--replace')
    t.match(replaced, { status: 0, stdout: /What was there before is in .*replaced-/ })
    const [aside = ''] = readdirSync(DATA_DIR).filter((name) => name.startsWith('replaced-'))
    t.ok(existsSync(join(DATA_DIR, aside, 'postgres/PG_VERSION')))
    const again = await started(t, DATA_DIR)
    t.same(await everything(again.url), before)
  },
)

t.test(
  'a restore is refused, and harms nothing, over data, while the program runs, or from a bad file',
  async (t) => {
    const DATA_DIR = await folderWithCluster(t)
    const file = join(privateFolder(t), 'backup.gz')
    const { server } = await started(t, DATA_DIR)
    server.child.kill('SIGTERM')
    await server.ended
    t.match(await backup({ DATA_DIR }, file), { status: 0 }, 'made while the program does not run')
    t.match(await restore({ DATA_DIR }, file), { status: 1, stderr: /already contains data.*--replace/ })

    const { server: running } = await started(t, DATA_DIR)
    t.match(await restore({ DATA_DIR }, file, '--replace'), { status: 1, stderr: /^Frontdesk is running/ })
    t.equal((await fetch(`${running.url}/health/ready`)).status, 200)

    const empty = privateFolder(t)
    writeFileSync(`${file}.text`, 'not a backup')
    t.match(await restore({ DATA_DIR: empty }, `${file}.text`), {
      status: 1,
      stderr: /is damaged, incomplete/,
    })
    t.match(await restore({ DATA_DIR: empty }, `${file}.none`), { status: 1, stderr: /ENOENT/ })
    t.match(await restore({ DATA_DIR: empty }), { status: 1, stderr: /^npm run restore/ })
    truncateSync(file, statSync(file).size - 30)
    t.match(await restore({ DATA_DIR: empty }, file), { status: 1, stderr: /is damaged, incomplete/ })
    t.same(readdirSync(empty), [])
  },
)

t.test('with DATABASE_URL both name the right tool, and with SECRET the file holds none', async (t) => {
  const env = { DATA_DIR: privateFolder(t), DATABASE_URL: 'postgres://127.0.0.1:1/x' }
  t.match(await backup(env, '/nowhere/x'), { status: 1, stderr: /pg_dump/ })
  t.match(await restore(env, '/nowhere/x'), { status: 1, stderr: /^DATABASE_URL is set/ })
  t.match(await backup({ DATA_DIR: env.DATA_DIR }, '/nowhere/x'), {
    status: 1,
    stderr: /^There is no database/,
  })
})
