import type { Kysely, Transaction } from 'kysely'
import type { Schema } from './schema.ts'

type Act = (db: object) => void

/** Callbacks waiting for each transaction to commit. */
const waiting = new WeakMap<object, Act[]>()

/** Runs after the commit, and never after a rollback. */
export function afterCommit(db: Kysely<Schema> | Transaction<Schema>, act: Act): void {
  const acts = waiting.get(db)
  if (acts) acts.push(act)
  else act(db)
}

export function withActsAfterCommit(db: Kysely<Schema>): Kysely<Schema> {
  const begin = db.transaction.bind(db)
  db.transaction = () => {
    const builder = begin()
    const execute = builder.execute.bind(builder)
    builder.execute = async (work) => {
      const acts: Act[] = []
      const result = await execute((trx) => {
        waiting.set(trx, acts)
        return work(trx)
      })
      for (const act of acts) act(db)
      return result
    }
    return builder
  }
  return db
}
