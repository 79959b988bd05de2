import { chmodSync, mkdirSync, openSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { temporaryFolder } from '../support/private-folder.ts'
import type { Scope } from '../support/scope.ts'
import { runProgram, startProgram } from '../support/start-program.ts'
import { type DatabaseNode, startNode } from './database-node.ts'
import { untilHealthy, untilPrimary } from './members.ts'
import { pathOfProgram } from './needs.ts'
import { type Network, startNetwork } from './network.ts'
import {
  DATABASE,
  ETCD_PORT,
  haproxySettings,
  PASSWORD,
  PGBOUNCER_PORT,
  POSTGRES_PORT,
  pgbouncerSettings,
} from './settings.ts'

/** Two PostgreSQLs run by Patroni, of which one is the primary and the other its synchronous standby. */
export interface Cluster {
  /** Both hosts in one URL, as Frontdesk and libpq know it. */
  directUrl: string
  /** PgBouncer's, and behind it HAProxy's. */
  pooledUrl: string
  canCut: boolean
  /** Once both are there, and what is committed is on both. */
  untilHealthy(): Promise<{ primary: DatabaseNode; standby: DatabaseNode }>
  /** By the word of this one's Patroni. */
  untilPrimary(node: DatabaseNode): Promise<void>
  switchOver(from: DatabaseNode, to: DatabaseNode): Promise<void>
  logs(): string
}

export async function startCluster(t: Scope, isOwnNetwork: boolean): Promise<Cluster> {
  const folder = temporaryFolder(t)
  chmodSync(folder, 0o755)
  const network = await startNetwork(t, isOwnNetwork)
  const program = async (words: string[]) => {
    const [command = '', ...rest] = words
    const log = openSync(join(folder, `${command.split('/').at(-1)}.log`), 'a')
    await startProgram(t, command, rest, { cwd: folder, stdio: ['ignore', log, log] })
  }
  const etcd = `${network.ip}:${ETCD_PORT}`
  await program(etcdCommand(network, folder))
  const [one, two] = network.machines
  const nodes = [
    await startNode(t, { folder, name: 'one', machine: one, etcd }),
    await startNode(t, { folder, name: 'two', machine: two, etcd }),
  ]
  const logs = () =>
    nodes.map((node) => `--- ${node.name}\n${node.patroniLog().split('\n').slice(-15).join('\n')}`).join('\n')
  const { primary } = await untilHealthy(nodes).catch((error) => {
    throw new Error(`${error.message}\n${logs()}`, { cause: error })
  })
  await createDatabase(primary)
  const hosts = nodes.map(({ name, machine: { ip } }) => ({ name, ip }))
  writeFileSync(join(folder, 'haproxy.cfg'), haproxySettings(network.ip, hosts))
  await program([pathOfProgram('HAProxy'), '-db', '-f', join(folder, 'haproxy.cfg')])
  writeFileSync(join(folder, 'users.txt'), `"${DATABASE}" "${PASSWORD}"\n`)
  writeFileSync(join(folder, 'pgbouncer.ini'), pgbouncerSettings(network.ip, folder))
  await program([pathOfProgram('PgBouncer'), '-u', 'nobody', join(folder, 'pgbouncer.ini')])

  const urlOf = (host: string) => `postgres://${DATABASE}:${PASSWORD}@${host}/${DATABASE}`
  return {
    directUrl: `${urlOf(hosts.map(({ ip }) => `${ip}:${POSTGRES_PORT}`).join(','))}?target_session_attrs=read-write`,
    pooledUrl: urlOf(`${network.ip}:${PGBOUNCER_PORT}`),
    canCut: one.cut !== null,
    untilHealthy: () => untilHealthy(nodes),
    untilPrimary,
    async switchOver(from, to) {
      const words = [
        '-c',
        to.patroniFile,
        'switchover',
        '--primary',
        from.name,
        '--candidate',
        to.name,
        '--force',
      ]
      const { status, stdout, stderr } = await runProgram('patronictl', words)
      if (status !== 0) throw new Error(`patronictl switchover: ${stdout}${stderr}`)
    },
    logs,
  }
}

function etcdCommand({ ip }: Network, folder: string): string[] {
  const dataFolder = join(folder, 'etcd')
  mkdirSync(dataFolder, { mode: 0o700 })
  const [client, peer] = [`http://${ip}:${ETCD_PORT}`, `http://${ip}:${ETCD_PORT + 1}`]
  const own = [`--listen-client-urls=${client}`, `--advertise-client-urls=${client}`]
  const peers = [
    `--listen-peer-urls=${peer}`,
    `--initial-advertise-peer-urls=${peer}`,
    `--initial-cluster=default=${peer}`,
  ]
  return [pathOfProgram('etcd'), '--enable-v2', `--data-dir=${dataFolder}`, ...own, ...peers]
}

/** With the limits of a session for the role: PgBouncer does not pass on those that Frontdesk asks for. */
async function createDatabase({ machine: { ip } }: DatabaseNode): Promise<void> {
  const client = new pg.Client({
    host: ip,
    port: POSTGRES_PORT,
    user: 'postgres',
    password: PASSWORD,
    database: 'postgres',
  })
  await client.connect()
  await client.query(`create role ${DATABASE} login password '${PASSWORD}'`)
  for (const limit of [
    "statement_timeout = '5s'",
    "lock_timeout = '4s'",
    "idle_in_transaction_session_timeout = '10s'",
  ])
    await client.query(`alter role ${DATABASE} set ${limit}`)
  await client.query(`create database ${DATABASE} owner ${DATABASE}`)
  await client.end()
}
