import { once } from 'node:events'
import type { Scope } from '../support/scope.ts'
import { runProgram, startProgram } from '../support/start-program.ts'
import { pathOfProgram } from './needs.ts'

/** Where a machine's programs run. */
export interface Machine {
  ip: string
  /** What goes before a command so that it runs on this machine. */
  words: string[]
  /** Null where no machine has a network of its own. */
  cut: ((isOff: boolean) => Promise<void>) | null
}

export interface Network {
  /** Of the machine with everything but the PostgreSQLs. */
  ip: string
  machines: [Machine, Machine]
}

/** What goes before a command to give it a network of its own, which ends with it; null where that is not allowed. */
export async function ownNetwork(): Promise<string[] | null> {
  const words = ['unshare', '--net']
  const { status } = await runProgram('unshare', ['--net', 'true'])
  return status === 0 ? words : null
}

/** Each PostgreSQL's machine has a cable of its own, that can be pulled. */
export async function startNetwork(t: Scope, isOwn: boolean): Promise<Network> {
  if (!isOwn) return { ip: '127.77.0.1', machines: [loopback(11), loopback(12)] }
  await ip('link set lo up')
  await ip('link add switch type bridge')
  await ip('addr add 10.77.0.1/24 dev switch')
  await ip('link set switch up')
  return { ip: '10.77.0.1', machines: [await plugIn(t, 11), await plugIn(t, 12)] }
}

function loopback(number: number): Machine {
  return { ip: `127.77.0.${number}`, words: [], cut: null }
}

async function plugIn(t: Scope, number: number): Promise<Machine> {
  const { child } = await startProgram(
    t,
    'unshare',
    ['--net', 'sh', '-c', 'echo ready; exec sleep infinity'],
    {
      stdio: ['ignore', 'pipe', 'ignore'],
    },
  )
  if (child.stdout) await once(child.stdout, 'data')
  const words = ['nsenter', `--net=/proc/${child.pid}/ns/net`]
  const cable = `cable${number}`
  await ip(`link add ${cable} type veth peer name eth0 netns ${child.pid}`)
  await ip(`link set ${cable} master switch up`)
  for (const order of ['link set lo up', `addr add 10.77.0.${number}/24 dev eth0`, 'link set eth0 up'])
    await ip(order, words)
  return { ip: `10.77.0.${number}`, words, cut: (isOff) => ip(`link set ${cable} ${isOff ? 'down' : 'up'}`) }
}

async function ip(order: string, before: string[] = []): Promise<void> {
  const [command = '', ...words] = [...before, pathOfProgram('iproute2'), ...order.split(' ')]
  const { status, stderr } = await runProgram(command, words)
  if (status !== 0) throw new Error(`ip ${order}: ${stderr}`)
}
