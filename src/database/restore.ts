import { createReadStream, existsSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { createGunzip } from 'node:zlib'
import { makePrivateFolder } from '../config/private-folder.ts'
import { databaseProblems as said } from '../words/en/database-problems.ts'
import { type BackupHead, FORMAT } from './backup-lines.ts'
import { Client } from './client.ts'
import { joinEmbedded } from './embedded.ts'
import { clusterFolder } from './embedded-cluster.ts'
import { isServerRunning, runServer, stopServer } from './embedded-server.ts'
import { loadRows } from './load-rows.ts'
import { migrateTo } from './migrate.ts'
import { syncFolder } from './put-in-place.ts'

const PARTS = ['postgres', 'secret', 'postgres.log']

interface Restored {
  rows: number
  createdAt: string
  hasSecret: boolean
  /** Where what was there before is now. */
  replaced: string | null
}

/**
 * Builds the database beside its place and moves it there when it is complete, so that a restore which is interrupted
 * leaves nothing that the program would take for its data.
 * @throws where there is data already and it is not to be replaced, or the program is running
 */
export async function restoreBackup(file: string, dataDir: string, isReplacing: boolean): Promise<Restored> {
  const isTaken = PARTS.slice(0, 2).some((part) => existsSync(join(dataDir, part)))
  if (isTaken && !isReplacing) throw new Error(said.hasData({ folder: dataDir }))
  await refuseWhileRunning(dataDir)
  makePrivateFolder(dataDir)
  const scratch = mkdtempSync(join(dataDir, 'restoring-'))
  try {
    const { head, rows } = await build(file, scratch)
    if (head.secret !== null) await writeSecret(join(scratch, 'secret'), head.secret)
    await refuseWhileRunning(dataDir)
    const replaced = isTaken ? putAside(dataDir) : null
    if (head.secret !== null) renameSync(join(scratch, 'secret'), join(dataDir, 'secret'))
    // The last step: with it the restored database is there, and without it none.
    renameSync(clusterFolder(scratch), clusterFolder(dataDir))
    await syncFolder(dataDir)
    return { rows, createdAt: head.createdAt, hasSecret: head.secret !== null, replaced }
  } finally {
    await stopServer(scratch)
    rmSync(scratch, { recursive: true, force: true })
  }
}

/** An orphan that a killed program left behind is ended in order. */
async function refuseWhileRunning(dataDir: string): Promise<void> {
  if (!isServerRunning(dataDir)) return
  const joined = await joinEmbedded(dataDir)
  await joined.stop()
  if (joined.isProgramRunning) throw new Error(said.stopFirst({ folder: dataDir }))
}

function putAside(dataDir: string): string {
  const aside = mkdtempSync(join(dataDir, `replaced-${new Date().toISOString().replaceAll(/[:.]/g, '-')}-`))
  for (const part of PARTS)
    if (existsSync(join(dataDir, part))) renameSync(join(dataDir, part), join(aside, part))
  return aside
}

async function build(file: string, scratch: string): Promise<{ head: BackupHead; rows: number }> {
  const lines = readLines(file)
  const first = await lines.next()
  const head = headOf(first.done ? undefined : first.value, file)
  const connectionString = await runServer(scratch)
  await migrateTo(connectionString, head.migrations)
  const client = new Client({ connectionString })
  await client.connect()
  try {
    const rows = await loadRows(client, lines, file)
    await useUpCodes(client)
    return { head, rows }
  } finally {
    await client.end()
    await stopServer(scratch)
  }
}

/** What was used after the backup was made must not work again: codes of apps, recovery codes, browsers that skip the code. */
async function useUpCodes(client: Client): Promise<void> {
  const { rows } = await client.query(`select to_regclass('recovery_codes') is not null as "hasCodes"`)
  if (!rows[0].hasCodes) return
  await client.query('delete from recovery_codes')
  await client.query('update known_browsers set skips_code_until = null')
  await client.query(
    'update code_apps set last_used_step = greatest(last_used_step, floor(extract(epoch from now()) / 30) + 1)',
  )
}

// Not readline, which also breaks lines at U+2028, and a name may hold one.
async function* readLines(file: string): AsyncGenerator<string> {
  const [source, plain] = [createReadStream(file), createGunzip().setEncoding('utf8')]
  source.once('error', (error) => plain.destroy(error)).pipe(plain)
  let rest = ''
  try {
    for await (const text of plain) {
      const lines = (rest + text).split('\n')
      rest = lines.pop() ?? ''
      yield* lines
    }
  } catch (error) {
    if (!/^Z_/.test((error as NodeJS.ErrnoException).code ?? '')) throw error
    throw new Error(said.damaged({ file }), { cause: error })
  }
}

function headOf(line: string | undefined, file: string): BackupHead {
  const head = line?.startsWith('{"format":') ? (JSON.parse(line) as BackupHead) : null
  if (head?.format !== FORMAT) throw new Error(said.noBackup({ file }))
  return head
}

async function writeSecret(file: string, secret: string): Promise<void> {
  const handle = await open(file, 'wx', 0o600)
  await handle.writeFile(secret)
  await handle.sync()
  await handle.close()
}
