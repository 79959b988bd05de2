import { execFileSync } from 'node:child_process'
import { closeSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { clusterFolder } from '../../src/database/embedded-cluster.ts'
import { connectionString } from '../../src/database/embedded-server.ts'
import { AnswerLost, Browser, hidden, PUBLIC_URL } from '../crash/browser.ts'
import { temporaryFolder } from '../support/private-folder.ts'
import { type ServerProcess, startServer, untilReady } from '../support/server-process.ts'
import { until } from '../support/until.ts'

const DISK_MB = 220
const BACK_WITHIN_MS = 60_000
const PASSWORD = 'seven green parrots'

interface FullDisk {
  /** How often each status was answered: while there was room, without any, and after room was made. */
  answers: Record<'with room' | 'disk full' | 'log full' | 'room again', Record<string, number>>
  acknowledged: number
  /** Acknowledged and not there afterwards: must stay empty. */
  lost: string[]
  backAfterMs: number
  processEnded: boolean
}

/** The embedded PostgreSQL on a disk of its own that fills up, and is given room again. Needs root, for the mount. */
export async function fillDisk(scope: { teardown(end: () => unknown): void }): Promise<FullDisk> {
  const disk = temporaryFolder(scope)
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK_MB}m`, 'tmpfs', disk])
  scope.teardown(() => execFileSync('umount', ['--lazy', disk]))
  const dataDir = join(disk, 'data')
  mkdirSync(dataDir, { mode: 0o700 })
  const server = await startServer(scope, { DATA_DIR: dataDir, PUBLIC_URL })
  await untilReady(server)
  const owner = await setUp(server)
  const acknowledged: string[] = []
  const answers: FullDisk['answers'] = { 'with room': {}, 'disk full': {}, 'log full': {}, 'room again': {} }
  const add = async (phase: keyof typeof answers, people: number) => {
    for (let nth = 1; nth <= people; nth++) {
      const email = `${phase.replace(' ', '-')}-${nth}@disk.example`
      const said = await addOne(owner, email)
      answers[phase][said] = (answers[phase][said] ?? 0) + 1
      if (said === '303') acknowledged.push(email)
    }
  }

  await add('with room', 3)
  const database = connectionString(clusterFolder(dataDir))
  const ballast = join(disk, 'ballast')
  fill(ballast)
  await add('disk full', 5)
  await useUpTheLog(database)
  await add('log full', 5)

  rmSync(ballast)
  const began = performance.now()
  const isBack = async () => (await fetch(`${server.url}/health/ready`).catch(() => null))?.ok
  await until('it is ready again', isBack, { within: BACK_WITHIN_MS, every: 50 })
  const backAfterMs = Math.round(performance.now() - began)
  await add('room again', 3)
  const lost = await missing(dataDir, acknowledged)
  const processEnded = server.child.exitCode !== null
  return { answers, acknowledged: acknowledged.length, lost, backAfterMs, processEnded }
}

async function setUp(server: ServerProcess): Promise<Browser> {
  const code = /\/setup\?code=(\S+)/.exec(server.stdout())?.[1] ?? ''
  const owner = new Browser({ apps: [server] }, 1)
  const person = { firstName: 'Olivia', lastName: 'Hart', email: 'olivia@disk.example', password: PASSWORD }
  await owner.post('/setup', { code, clinicName: 'Full Disk', timeZone: 'Australia/Melbourne', ...person })
  return owner
}

/** What it came to: the last status, or that the answer was lost. */
async function addOne(owner: Browser, personEmail: string): Promise<string> {
  const work = { role: 'receptionist', isPractitioner: 'no', timeZone: 'Australia/Melbourne' }
  try {
    const fields = { firstName: 'Nora', lastName: 'Lindgren', personEmail, ...work }
    const lastLook = await owner.post('/settings/users', fields)
    if (lastLook.status !== 200) return `${lastLook.status}`
    const verifying = { signedForm: hidden(lastLook, 'signedForm'), currentPassword: PASSWORD }
    return `${(await owner.post('/settings/users', verifying)).status}`
  } catch (error) {
    if (error instanceof AnswerLost) return 'lost'
    throw error
  }
}

function fill(path: string): void {
  const file = openSync(path, 'w')
  const chunk = Buffer.alloc(64 * 1024, 1)
  try {
    for (;;) writeSync(file, chunk)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
  } finally {
    closeSync(file)
  }
}

/** New segments of the write-ahead log need room, and without any PostgreSQL gives up. */
async function useUpTheLog(database: string): Promise<void> {
  for (let nth = 1; nth <= 10; nth++) {
    const client = new pg.Client({ connectionString: database, connectionTimeoutMillis: 2_000 })
    client.on('error', () => {})
    try {
      await client.connect()
      await client.query(
        `select pg_logical_emit_message(false, 'test', repeat('x', 4000000)), pg_switch_wal()`,
      )
    } catch {
      return
    } finally {
      await client.end().catch(() => {})
    }
  }
}

async function missing(dataDir: string, emails: string[]): Promise<string[]> {
  const client = new pg.Client({ connectionString: connectionString(clusterFolder(dataDir)) })
  await client.connect()
  const { rows } = await client.query('select email from users')
  await client.end()
  const there = new Set(rows.map(({ email }) => email))
  return emails.filter((email) => !there.has(email))
}
