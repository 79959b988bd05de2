import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { ConfigError, type DataLocation, loadConfig, loadDataLocation } from '../config.ts'
import { EMBEDDED_ROLE } from '../database/app-role.ts'
import { type Finding, lookAtDatabase, lookAtFolders } from '../database/doctor.ts'
import { joinEmbedded } from '../database/embedded.ts'
import { clusterFolder } from '../database/embedded-cluster.ts'
import { roleOf } from '../database/prepare-database.ts'
import { doctor as said } from '../words/en/doctor.ts'
import { failWith } from './command-errors.ts'

await run().catch(failWith)

async function run(): Promise<void> {
  const location = loadDataLocation()
  const findings = [
    ...settings(location),
    ...lookAtFolders(location, resolve('backups')),
    ...(await database(location)),
  ]
  for (const { state, text } of findings) console.log(`${state.padEnd(6)}  ${text}`)
  if (findings.some(({ state }) => state === 'broken')) process.exitCode = 1
}

function settings({ secretGiven, dataDir }: DataLocation): Finding[] {
  // Whoever only looks must not be the one who makes the secret.
  if (!secretGiven && !existsSync(join(dataDir, 'secret'))) return []
  try {
    const { postmarkServerToken, postmarkWebhookPasswords } = loadConfig()
    return [
      postmarkServerToken ? { state: 'ok', text: said.postmark } : { state: 'weaker', text: said.noPostmark },
      postmarkWebhookPasswords.length > 0
        ? { state: 'ok', text: said.webhook }
        : { state: 'weaker', text: said.noWebhook },
    ]
  } catch (error) {
    if (!(error instanceof ConfigError)) return [{ state: 'broken', text: (error as Error).message }]
    return error.problems.map((text) => ({ state: 'broken', text }))
  }
}

async function database(location: DataLocation): Promise<Finding[]> {
  const { databaseUrl, databaseOwnerUrl, dataDir } = location
  if (databaseUrl) return lookAtDatabase(databaseOwnerUrl ?? databaseUrl, roleOf(databaseUrl))
  if (!existsSync(clusterFolder(dataDir)))
    return [{ state: 'weaker', text: said.noDatabase({ folder: dataDir }) }]
  try {
    const embedded = await joinEmbedded(dataDir)
    return await lookAtDatabase(embedded.connectionString, EMBEDDED_ROLE).finally(() => embedded.stop())
  } catch (error) {
    return [{ state: 'broken', text: (error as Error).message }]
  }
}
