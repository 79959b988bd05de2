import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { clusterFolder, openCluster } from '../../src/database/embedded-cluster.ts'
import { guardFolder } from './guard.ts'
import { TEST_DATA_DIR } from './postgres.ts'
import type { Scope } from './scope.ts'
import { endServersIn } from './servers-in.js'

/**
 * A new folder inside one that no other user may enter, as under root's home. Not tap's own `testdir`,
 * which is gone before the teardown that ends the processes using it.
 */
export function privateFolder(t: Scope): string {
  const folder = join(temporaryFolder(t), 'data')
  mkdirSync(folder, { mode: 0o700 })
  return folder
}

/** A new folder that goes at the end, and before it every PostgreSQL that still runs in it. */
export function temporaryFolder(t: Scope): string {
  const folder = mkdtempSync(join(tmpdir(), 'frontdesk-test-'))
  const release = guardFolder(folder)
  t.teardown(async () => {
    await endServersIn(folder)
    rmSync(folder, { recursive: true, force: true, maxRetries: 10 })
    release()
  })
  return folder
}

const PREPARED = join(TEST_DATA_DIR, 'prepared')

/** With a PostgreSQL in it that has never run: a copy takes less than half of what initdb does. */
export async function folderWithCluster(t: Scope): Promise<string> {
  await openCluster(PREPARED)
  const folder = privateFolder(t)
  cpSync(clusterFolder(PREPARED), clusterFolder(folder), { recursive: true })
  return folder
}
