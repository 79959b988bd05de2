import pg from 'pg'
import { databaseProblems as said } from '../words/en/database-problems.ts'

/** As libpq knows it; pg passes on what it does not know itself. */
export type ClientConfig = pg.ClientConfig & { require_auth?: string }

/**
 * A connection that tells its password to nobody. pg answers whatever it is asked, be it in clear. Over TLS, or inside
 * this machine's own socket, a server that we know can ask; with `require_auth=scram-sha-256` in the address it has to
 * prove that it knows the password itself, before it hears a single query.
 */
export class ProvingClient extends pg.Client {
  constructor(config: ClientConfig = {}) {
    super(config)
    const isScramOnly = /[?&]require_auth=scram-sha-256(&|$)/.test(config.connectionString ?? '')
    let isProved = false
    for (const question of ['authenticationCleartextPassword', 'authenticationMD5Password'])
      this.connection.once(question, () => {
        if (isScramOnly || !this.#isPrivate())
          this.#refuse(
            'asked for the password without SCRAM, and without TLS or on a port that is not its own.',
          )
      })
    this.connection.once('authenticationSASLFinal', () => {
      isProved = true
    })
    // As where pg finds that the proof is wrong: it would read on, and take what follows for a welcome.
    this.connection.once('error', () => this.#hangUp())
    this.connection.once('authenticationOk', () => {
      if (isScramOnly && !isProved) this.#refuse('did not prove that it knows the password.')
    })
  }

  #isPrivate(): boolean {
    return 'encrypted' in this.connection.stream || this.host.startsWith('/')
  }

  #refuse(reason: string): void {
    this.#hangUp(new Error(said.server(reason)))
  }

  /** Nothing is sent any more, and what else has come already counts for nothing. */
  #hangUp(reason?: Error): void {
    this.connection.removeAllListeners('readyForQuery')
    this.connection.stream.destroy(reason)
  }
}
