import { existsSync, readdirSync } from 'node:fs'
import { installMissing } from '../support/install.js'
import { NEEDS, type Need, pathOfNeed, program } from '../support/programs.js'

const POSTGRESQL = '/usr/lib/postgresql'

const NODE_NEEDS: Need[] = [
  ...NEEDS.filter(({ name }) => name === 'PgBouncer'),
  { name: 'Patroni', found: () => program(['patroni']), packages: ['patroni', 'python3-etcd'] },
  { name: 'etcd', found: () => program(['etcd']), packages: ['etcd-server'] },
  { name: 'HAProxy', found: () => program(['haproxy']), packages: ['haproxy'] },
  { name: 'PostgreSQL', found: postgresPrograms, packages: ['postgresql'] },
  { name: 'iproute2', found: () => program(['ip']), packages: ['iproute2'] },
]

/** The folder of the newest PostgreSQL that Debian has installed; version 15 on Debian 12. */
export function postgresPrograms(): string | undefined {
  const versions = existsSync(POSTGRESQL) ? readdirSync(POSTGRESQL) : []
  const folders = versions
    .sort((a, b) => Number(b) - Number(a))
    .map((version) => `${POSTGRESQL}/${version}/bin`)
  return folders.find((folder) => existsSync(`${folder}/postgres`))
}

/** Where a program of these is, once they are there. */
export function pathOfProgram(name: string): string {
  const need = NODE_NEEDS.find((one) => one.name === name)
  return (need && pathOfNeed(need)) ?? name
}

/** Installs what is missing; why the test cannot run, in one line, or null. */
export function whatIsMissing(): string | null {
  const isRoot = process.getuid?.() === 0
  if (isRoot) installMissing(NODE_NEEDS)
  const missing = NODE_NEEDS.filter((need) => !pathOfNeed(need))
  if (isRoot && missing.length === 0) return null
  const packages = NODE_NEEDS.flatMap((need) => need.packages).join(' ')
  return `The failover test runs as root on Debian or Ubuntu, with ${packages}.`
}
