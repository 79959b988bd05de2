import { until } from '../support/until.ts'
import type { DatabaseNode } from './database-node.ts'
import { REST_PORT } from './settings.ts'

const HEALTHY = { within: 180_000, every: 250 }

interface Member {
  name: string
  role: string
  state: string
}

/** Both Patronis say the same: one that was away still believes for a moment what was true before. */
export async function untilHealthy(
  nodes: DatabaseNode[],
): Promise<{ primary: DatabaseNode; standby: DatabaseNode }> {
  const bothInRoles = async () => {
    const answers = await Promise.all(nodes.map(membersBy))
    const inRole = (role: string) =>
      nodes.find(({ name }) => answers.every((members) => isIn(members, name, role)))
    const [primary, standby] = [inRole('leader'), inRole('sync_standby')]
    return primary && standby && { primary, standby }
  }
  return until('a primary and its synchronous standby run', bothInRoles, HEALTHY)
}

function isIn(members: Member[], name: string, role: string): boolean {
  const member = members.find((one) => one.name === name)
  return member?.role === role && ['running', 'streaming'].includes(member.state)
}

async function membersBy({ machine: { ip } }: DatabaseNode): Promise<Member[]> {
  const answer = await fetch(`http://${ip}:${REST_PORT}/cluster`, {
    signal: AbortSignal.timeout(2_000),
  }).catch(() => null)
  return answer?.ok ? ((await answer.json()) as { members: Member[] }).members : []
}

export async function isPrimary({ machine: { ip } }: DatabaseNode): Promise<boolean> {
  const asked = fetch(`http://${ip}:${REST_PORT}/primary`, { signal: AbortSignal.timeout(2_000) })
  return asked.then(
    ({ ok }) => ok,
    () => false,
  )
}

/** By the word of this one's Patroni. */
export async function untilPrimary(node: DatabaseNode): Promise<void> {
  await until(`${node.name} is the primary`, () => isPrimary(node), HEALTHY)
}
