import {
  type KyselyPlugin,
  type PluginTransformQueryArgs,
  PostgresQueryCompiler,
  type RootOperationNode,
} from 'kysely'
import type pg from 'pg'
import { Client } from '../../src/database/client.ts'
import { ClinicGuard, withClinicGuard } from '../../src/database/clinic-guard.ts'
import { type Database, openDatabase } from '../../src/database/database.ts'
import { countQuery } from './isolation-report.ts'
import { clinicNamedIn } from './named-clinic.ts'
import { isIsolated } from './postgres.ts'

const compiler = new PostgresQueryCompiler()
const textOf = ({ node, queryId }: PluginTransformQueryArgs) => compiler.compileQuery(node, queryId).sql

/** Texts of this process's queries: about one clinic, and about every one. */
const ofOne = new Set<string>()
const ofEvery = new Set<string>()

const onlooker: KyselyPlugin = {
  transformQuery(asked) {
    ofEvery.add(textOf(asked))
    return asked.node
  },
  transformResult: async ({ result }) => result,
}

class WatchedGuard extends ClinicGuard {
  override readonly across = [onlooker]

  override transformQuery(asked: PluginTransformQueryArgs): RootOperationNode {
    ofOne.add(textOf(asked))
    return super.transformQuery(asked)
  }
}

/** For tests, which can ask for anything, and may be the first to ask what the app asks. */
class OpenGuard extends WatchedGuard {
  override transformQuery({ node }: PluginTransformQueryArgs): RootOperationNode {
    return node
  }
}

/** Says before each query whose rows PostgreSQL is to show it. */
class NamingClient extends Client {
  // biome-ignore lint/suspicious/noExplicitAny: pg declares eight ways of asking.
  override query(...asked: any[]): any {
    return this.#ask(asked[0], asked[1])
  }

  async #ask(query: string | pg.QueryConfig, bound?: unknown[]): Promise<unknown> {
    const { text, values = bound ?? [] } = typeof query === 'string' ? { text: query } : query
    if (!/^(begin|start|commit|rollback|savepoint|release)\b/.test(text)) {
      const clinic = isOfEvery(text) ? 'every' : clinicNamedIn(text, values)
      this.count(text, clinic)
      await super.query(`select set_config('app.clinic_id', $1, false)`, [clinic])
    }
    try {
      return await super.query(query as string, bound)
    } catch (error) {
      if (/^A query that names/.test((error as Error).message)) (error as Error).message += `: ${text}`
      throw error
    }
  }

  protected count(_text: string, _clinic: string): void {}
}

class CountedClient extends NamingClient {
  protected override count(text: string, clinic: string): void {
    countQuery(text, clinic)
  }
}

/** A new clinic has no id yet. */
function isOfEvery(text: string): boolean {
  return (ofEvery.has(text) && !ofOne.has(text)) || text.startsWith('insert into "clinics"')
}

/** Where there are policies, each of its queries meets only rows of the clinic that it names. */
export function openIsolated(url: string): Database {
  return openDatabase(url, { Client: NamingClient })
}

const isolated = new WeakMap<Database, Database>()

/** The test's database as the app gets it: it can ask only for what is a clinic's. */
export function asApp(db: Database): Database {
  return withClinicGuard(isolated.get(db) ?? db, isIsolated ? new WatchedGuard() : undefined)
}

/** Beside it, for `asApp`, another where the run is isolated. */
export function openTestDatabase(url: string): { db: Database; close(): Promise<unknown> } {
  const db = openDatabase(url)
  if (!isIsolated) return { db, close: () => db.destroy() }
  const [tests, app] = [withClinicGuard(db, new OpenGuard()), openDatabase(url, { Client: CountedClient })]
  isolated.set(tests, app)
  return { db: tests, close: () => Promise.all([tests.destroy(), app.destroy()]) }
}
