import { databaseProblems as said } from '../words/en/database-problems.ts'
import { Client } from './client.ts'

const OLDEST_VERSION = 15

/** @throws what this database lacks, in one line: each would come to light much later, as a fault in the midst of work */
export async function checkServer(url: string): Promise<void> {
  const { version, encoding, name } = await describeServer(url)
  if (Number.parseInt(version, 10) < OLDEST_VERSION)
    throw new Error(said.oldServer({ version, oldest: OLDEST_VERSION }))
  if (encoding !== 'UTF8') throw new Error(said.encoding({ name, encoding }))
}

interface ServerDescription {
  version: string
  encoding: string
  name: string
  isEncrypted: boolean
  isElsewhere: boolean
}

export async function describeServer(url: string): Promise<ServerDescription> {
  const client = new Client({
    connectionString: url,
    application_name: 'frontdesk',
    connectionTimeoutMillis: 5_000,
  })
  try {
    await client.connect()
    const { rows } = await client.query(
      `select current_setting('server_version') as version, current_database() as name,
         current_setting('server_encoding') as encoding,
         coalesce((select ssl from pg_stat_ssl where pid = pg_backend_pid()), false) as "isEncrypted"`,
    )
    return { ...rows[0], isElsewhere: !/^(\/|localhost$|127\.|::1$)/.test(client.host) }
  } finally {
    await client.end().catch(() => {})
  }
}
