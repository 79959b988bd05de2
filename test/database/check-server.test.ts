import { randomUUID } from 'node:crypto'
import { onServer, serverUrl, withDatabase } from '../support/postgres.ts'
import { privateFolder } from '../support/private-folder.ts'
import { startServer } from '../support/server-process.ts'
import t from '../support/tap.ts'

for (const encoding of ['SQL_ASCII', 'LATIN1']) {
  t.test(`a database in ${encoding}, where no search would work, stops the start in one line`, async (t) => {
    const name = `frontdesk_test_${randomUUID().replaceAll('-', '')}`
    await onServer(
      serverUrl(),
      `create database ${name} encoding '${encoding}' template template0 locale_provider libc locale 'C'`,
    )
    t.teardown(() => onServer(serverUrl(), `drop database ${name} with (force)`))
    const DATABASE_URL = withDatabase(serverUrl(), name)
    const server = await startServer(t, { DATA_DIR: privateFolder(t), DATABASE_URL })
    t.equal(await server.ended, 1)
    t.match(
      server.stderr(),
      new RegExp(`^Frontdesk could not start\\. The database ${name} is encoded in ${encoding}.*UTF8.*\\n$`),
    )
  })
}
