import { createHash } from 'node:crypto'
import type pg from 'pg'

/** A connection holds at most this many plans; what comes later is planned each time. */
const PREPARED_MAX = 100

/** By their text: what each connection calls them. */
const names = new Map<string, string>()

/** The plan and not the query: it is gone, belongs to another session of a pooler, or is older than a migration. */
const PLAN_LOST = new Set(['26000', '42P05', '0A000'])

/** A pooler that keeps none loses them again and again. */
const LOSSES_MAX = 3

/** How often a connection has lost its plans. The next ones get other names. */
const losses = new WeakMap<pg.Client, number>()

/** With the connection's own plan for it where there is one. A lost plan is made anew, and nobody notices. */
export async function queryByName(
  client: pg.Client,
  text: string,
  values: unknown[],
): Promise<pg.QueryResult> {
  const name = names.get(text)
  const lost = losses.get(client) ?? 0
  // In a transaction a lost plan would be the end of it.
  if (!name || lost >= LOSSES_MAX || client.getTransactionStatus() !== 'I') return client.query(text, values)
  try {
    return await client.query({ name: `${name}-${lost}`, text, values })
  } catch (error) {
    if (!PLAN_LOST.has((error as { code?: string }).code ?? '')) throw error
    losses.set(client, lost + 1)
    return client.query(text, values)
  }
}

/** From the text, so that every process says the same: a pooler shares connections between them. */
export function nameFor(text: string): string | undefined {
  if (!names.has(text) && names.size < PREPARED_MAX)
    names.set(text, createHash('sha256').update(text).digest('base64url').slice(0, 22))
  return names.get(text)
}
