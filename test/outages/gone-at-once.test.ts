import { sql } from 'kysely'
import { isDatabaseAway, openDatabase } from '../../src/database/database.ts'
import { startImpostor } from '../support/impostor.ts'
import t from '../support/tap.ts'

t.test('a server that is gone the moment it was ready costs an error, and not the process', async (t) => {
  const server = await startImpostor(t, 'nothing, and is gone')
  for (const url of [server.url, server.url.replace(/(@)([^/]+)/, '$1$2,$2')]) {
    const db = openDatabase(url)
    t.teardown(() => db.destroy())
    for (let nth = 0; nth < 5; nth++) {
      const error = await sql`select 1`.execute(db).then(
        () => null,
        (error) => error,
      )
      t.ok(error && isDatabaseAway(error), `${error?.message}`)
    }
  }
  t.ok(server.visits() >= 10)
})
