import { mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Scope } from '../support/scope.ts'
import { runProgram, startProgram } from '../support/start-program.ts'
import { pathOfProgram, postgresPrograms } from './needs.ts'
import type { Machine } from './network.ts'
import { patroniSettings } from './settings.ts'

type Signal = 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'

/** A machine with a PostgreSQL and the Patroni that runs it. */
export interface DatabaseNode {
  name: string
  machine: Machine
  patroniFile: string
  /** To Patroni and all of PostgreSQL, as when the machine itself dies or stands still. */
  signal(signal: Signal): void
  signalPostgres(signal: Signal): void
  /** After a kill, as when the machine boots. */
  start(): Promise<void>
  patroniLog(): string
}

interface Where {
  folder: string
  name: string
  machine: Machine
  /** Where etcd is. */
  etcd: string
}

export async function startNode(t: Scope, { folder, name, machine, etcd }: Where): Promise<DatabaseNode> {
  const home = join(folder, name)
  const patroniFile = join(home, 'patroni.json')
  const logFile = join(home, 'patroni.log')
  const dataFolder = join(home, 'data')
  const programs = postgresPrograms() ?? ''
  mkdirSync(home, { mode: 0o700 })
  writeFileSync(
    patroniFile,
    JSON.stringify(patroniSettings({ name, home, dataFolder, ip: machine.ip, etcd, programs })),
  )
  await runProgram('chown', ['-R', 'postgres:', home])

  const user = ['setpriv', '--reuid=postgres', '--regid=postgres', '--clear-groups']
  const [command = '', ...words] = [...machine.words, ...user, pathOfProgram('Patroni'), patroniFile]
  let patroni: number | undefined
  const start = async () => {
    const log = openSync(logFile, 'a')
    const environment = { PATH: process.env.PATH, HOME: home, LC_ALL: 'C.UTF-8' }
    const program = { cwd: home, env: environment, stdio: ['ignore', log, log] as ['ignore', number, number] }
    patroni = (await startProgram(t, command, words, program)).child.pid
  }
  await start()
  return {
    ...{ name, machine, patroniFile, start },
    patroniLog: () => readFileSync(logFile, 'utf8'),
    signalPostgres: (signal) => signalPostmaster(dataFolder, signal),
    signal(signal) {
      if (patroni) send(patroni, signal)
      signalPostmaster(dataFolder, signal)
    },
  }
}

/** The postmaster first, or it would go on starting others. */
function signalPostmaster(dataFolder: string, signal: Signal): void {
  const postmaster = Number.parseInt(contentOf(join(dataFolder, 'postmaster.pid')), 10)
  if (!contentOf(`/proc/${postmaster}/cmdline`).includes(dataFolder)) return
  const childrenOf = () =>
    contentOf(`/proc/${postmaster}/task/${postmaster}/children`).split(' ').filter(Boolean)
  const before = childrenOf()
  send(postmaster, signal)
  for (const pid of new Set([...before, ...childrenOf()])) send(Number(pid), signal)
}

function contentOf(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}

function send(pid: number, signal: Signal): void {
  try {
    process.kill(pid, signal)
  } catch {}
}
