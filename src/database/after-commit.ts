import type { Kysely, Transaction } from 'kysely'
import type { Schema } from './schema.ts'

type Callback = (db: object) => void

/** Callbacks waiting for each transaction to commit. */
const waiting = new WeakMap<object, Callback[]>()

/** Runs after the commit, and never after a rollback. */
export function afterCommit(db: Kysely<Schema> | Transaction<Schema>, callback: Callback): void {
  const callbacks = waiting.get(db)
  if (callbacks) callbacks.push(callback)
  else callback(db)
}

export function withCallbacksAfterCommit(db: Kysely<Schema>): Kysely<Schema> {
  const begin = db.transaction.bind(db)
  db.transaction = () => {
    const builder = begin()
    const execute = builder.execute.bind(builder)
    builder.execute = async (work) => {
      const callbacks: Callback[] = []
      const result = await execute((trx) => {
        waiting.set(trx, callbacks)
        return work(trx)
      })
      for (const callback of callbacks) callback(db)
      return result
    }
    return builder
  }
  return db
}
