import { createHash } from 'node:crypto'
import { shownNetwork } from '../../clinics/network.ts'
import { lockLimits, refuseShutOut } from '../../clinics/networks.ts'
import type { Database, Transaction } from '../../database/database.ts'
import type { Id, Role } from '../../database/schema.ts'
import { type ActingUser, type Actor, recordEvent } from '../../events/events.ts'
import { Refusal } from '../../refusal.ts'
import { lockActor } from '../../roles/acting-user.ts'

export interface NetworkRule {
  /** As PostgreSQL writes them. */
  networks: { network: string; label: string }[]
  limitedRoles: Role[]
}

export async function readNetworkRule(db: Database | Transaction, clinicId: Id): Promise<NetworkRule> {
  const networks = db.selectFrom('clinicNetworks').select(['network', 'label'])
  const clinic = db.selectFrom('clinics').select('limitedRoles').where('id', '=', clinicId)
  return {
    networks: await networks.where('clinicId', '=', clinicId).orderBy('network').execute(),
    limitedRoles: (await clinic.executeTakeFirstOrThrow()).limitedRoles,
  }
}

/** Stands for the rule that a form shows, in whatever order its rows are. */
export function versionOf({ networks, limitedRoles }: NetworkRule): string {
  const rows = networks.map(({ network, label }) => JSON.stringify([network, label])).sort()
  return createHash('sha256')
    .update(JSON.stringify([rows, [...limitedRoles].sort()]))
    .digest('base64url')
}

/** @param version of what the form showed */
export async function saveNetworkRule(
  db: Database,
  actor: ActingUser,
  rule: NetworkRule,
  version: string,
): Promise<void> {
  await db.transaction().execute(async (trx) => {
    await lockActor(trx, actor, 'clinic.security')
    await lockLimits(trx, actor.clinicId)
    const before = await readNetworkRule(trx, actor.clinicId)
    if (versionOf(before) === versionOf(rule)) return
    if (versionOf(before) !== version) throw new Refusal('form', 'networksChanged')
    await replaceRule(trx, actor, before, rule)
    await refuseShutOut(trx, actor)
  })
}

/** On the server, by whoever runs it: where a new connection or proxy has shut everyone out. False if no one is limited. */
export function clearByOperator(db: Database, clinicId: Id): Promise<boolean> {
  return db.transaction().execute(async (trx) => {
    const { limitedRoles } = await lockLimits(trx, clinicId)
    if (limitedRoles.length === 0) return false
    const before = await readNetworkRule(trx, clinicId)
    const operator = { clinicId, userId: null, ip: null, userAgent: null }
    await replaceRule(trx, operator, before, { ...before, limitedRoles: [] })
    return true
  })
}

async function replaceRule(
  trx: Transaction,
  actor: Actor,
  before: NetworkRule,
  rule: NetworkRule,
): Promise<void> {
  const { clinicId } = actor
  const { networks, limitedRoles } = rule
  await trx.deleteFrom('clinicNetworks').where('clinicId', '=', clinicId).execute()
  const rows = networks.map((network) => ({ ...network, clinicId }))
  if (rows.length > 0) await trx.insertInto('clinicNetworks').values(rows).execute()
  await trx.updateTable('clinics').set({ limitedRoles }).where('id', '=', clinicId).execute()
  const change = { before: recordable(before), after: recordable(rule) }
  await recordEvent(trx, actor, { action: 'networks.changed', ...change })
}

function recordable({ networks, limitedRoles }: NetworkRule) {
  return {
    networks: networks.map(({ network, label }) => `${shownNetwork(network)} (${label})`),
    limitedRoles,
  }
}
