import type { SessionStore as Store } from '@fastify/session'
import type { Session } from 'fastify'
import type { Database } from '../database/database.ts'
import { endToken, readSession, saveSession } from './stored-session.ts'

type Done<Result = never> = (error: unknown, result?: Result) => void

/** Sessions in PostgreSQL, as @fastify/session asks for them. */
export class SessionStore implements Store {
  readonly #db: Database

  constructor(db: Database) {
    this.#db = db
  }

  get(token: string, done: Done<Session | null>): void {
    readSession(this.#db, token).then((session) => done(null, session as Session | null), done)
  }

  set(token: string, session: Session, done: Done): void {
    saveSession(this.#db, token, session).then(() => done(null), done)
  }

  destroy(token: string, done: Done): void {
    endToken(this.#db, token).then(() => done(null), done)
  }
}
