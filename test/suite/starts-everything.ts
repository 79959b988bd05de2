import { clusterFolder } from '../../src/database/embedded-cluster.ts'
import { connectionString } from '../../src/database/embedded-server.ts'
import { launch } from '../browser/chromium.ts'
import { startPgBouncer } from '../support/pgbouncer.ts'
import { privateFolder } from '../support/private-folder.ts'
import { scoped } from '../support/scope.ts'
import { startServer, untilReady } from '../support/server-process.ts'

/** One of everything that tests start; then it waits to be killed. */
await scoped(async (scope) => {
  const dataDir = privateFolder(scope)
  const server = await startServer(scope, { DATA_DIR: dataDir })
  await untilReady(server)
  await startPgBouncer(scope, connectionString(clusterFolder(dataDir)))
  const browser = await launch()
  scope.teardown(() => browser.close())
  await (await browser.newPage()).goto(`${server.url}/sign-in`)
  console.log(`Everything runs in ${dataDir}.`)
  await new Promise(() => setInterval(() => {}, 60_000))
})
