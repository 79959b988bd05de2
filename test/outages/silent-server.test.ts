import { sql } from 'kysely'
import { isDatabaseAway, openDatabase } from '../../src/database/database.ts'
import { runServer, stopServer } from '../../src/database/embedded-server.ts'
import { folderWithCluster } from '../support/private-folder.ts'
import t from '../support/tap.ts'

t.test('of the connections to a machine that has gone silent, only one keeps somebody waiting', async (t) => {
  const dataDir = await folderWithCluster(t)
  t.teardown(() => stopServer(dataDir))
  const db = openDatabase(await runServer(dataDir))
  t.teardown(() => db.destroy())
  const own = async () => {
    const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid, pg_sleep(0.2)`.execute(db)
    return rows[0]?.pid ?? 0
  }
  const silent = await Promise.all([own(), own(), own(), own()])
  const signal = (name: NodeJS.Signals) => silent.map((pid) => process.kill(pid, name))
  t.teardown(() => signal('SIGCONT'))
  t.equal(new Set(silent).size, 4)
  signal('SIGSTOP')

  const error = await own().catch((error) => error)
  t.ok(isDatabaseAway(error), error.message)
  t.notOk(silent.includes(await own()), 'the next one is a new connection')
})
