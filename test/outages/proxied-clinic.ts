import { buildApp } from '../../src/app.ts'
import { openDatabase } from '../../src/database/database.ts'
import { demoClinic } from '../../src/demo/team.ts'
import { createPasswords } from '../../src/sessions/passwords.ts'
import { type TestClinic, testConfig } from '../support/app.ts'
import { testDatabase } from '../support/database.ts'
import { startDatabaseProxy, type Watch } from '../support/database-proxy.ts'

type Test = Parameters<typeof testDatabase>[0]

/** A clinic whose app has a proxy between it and PostgreSQL; `db` goes past the proxy. */
export async function proxiedClinic(t: Test, watch: Watch): Promise<TestClinic> {
  const { db, url, ownerUrl } = await testDatabase(t)
  const config = testConfig()
  const passwords = createPasswords(config.keys.passwords, { cost: 4 })
  const team = await demoClinic(db, passwords)
  const proxy = await startDatabaseProxy(() => url, watch)
  const proxied = openDatabase(proxy.url)
  const logged: Record<string, unknown>[] = []
  const stream = { write: (line: string) => void logged.push(JSON.parse(line)) }
  const app = await buildApp({ config, db: proxied, passwords, logger: { level: 'warn', stream } })
  t.teardown(async () => {
    await app.close()
    await proxy.stop()
    await proxied.destroy()
  })
  return { app, db, ownerUrl, config, passwords, team, logged }
}
