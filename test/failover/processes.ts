import { loadConfig } from '../../src/config.ts'
import { openDatabase } from '../../src/database/database.ts'
import { type App, environmentFor, type Processes } from '../crash/processes.ts'
import { startFakePostmark } from '../support/fake-postmark.ts'
import { privateFolder } from '../support/private-folder.ts'
import type { Scope } from '../support/scope.ts'
import { startServer, untilReady } from '../support/server-process.ts'
import type { Cluster } from './cluster.ts'

/** How a process gets to PostgreSQL: each of the two that docs/scale.md has. */
export const WAYS = ['PgBouncer and HAProxy', 'hosts in DATABASE_URL'] as const

/** Two processes, each on its own way to the cluster. */
export async function startProcesses(t: Scope, cluster: Cluster): Promise<Processes> {
  const dataDir = privateFolder(t)
  const environments: Record<string, string>[] = []
  const apps: App[] = []
  // One after the other: the first migrates.
  for (const way of WAYS) {
    const isPooled = way === 'PgBouncer and HAProxy'
    const postmark = await startFakePostmark()
    t.teardown(() => postmark.stop())
    const url = isPooled ? cluster.pooledUrl : cluster.directUrl
    const environment = await environmentFor(dataDir, { url }, postmark)
    if (isPooled) environment.DATABASE_PREPARED = 'off'
    const server = await startServer(t, environment)
    await untilReady(server)
    environments.push(environment)
    apps.push({ url: server.url, postmark, server })
  }
  const db = openDatabase(cluster.directUrl)
  t.teardown(() => db.destroy())
  return { apps, config: loadConfig(environments[0]), db: () => db }
}
