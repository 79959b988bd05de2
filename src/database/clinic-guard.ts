import {
  type KyselyPlugin,
  type PluginTransformQueryArgs,
  type PluginTransformResultArgs,
  PostgresQueryCompiler,
  type QueryResult,
  type RootOperationNode,
  type UnknownRow,
} from 'kysely'
import { withCallbacksAfterCommit } from './after-commit.ts'
import type { Database, Transaction } from './database.ts'
import { type ClinicColumns, tablesWithoutClinic } from './named-clinics.ts'
import type { Schema } from './schema.ts'

type ClinicTable = {
  [Table in keyof Schema]: 'clinicId' extends keyof Schema[Table] ? Table : never
}[keyof Schema]

/** Complete, as the type says. */
const CLINIC_TABLES: Record<ClinicTable, true> = {
  users: true,
  clinicNetworks: true,
  phoneNumbers: true,
  invitations: true,
  invitationRequests: true,
  passwordResets: true,
  emailChanges: true,
  imports: true,
  importRows: true,
  emails: true,
  accessReminders: true,
  sessions: true,
  keptForms: true,
  events: true,
  codeApps: true,
  passkeys: true,
  recoveryCodes: true,
  knownBrowsers: true,
  secondStepLinks: true,
}

const CLINIC_COLUMNS: ClinicColumns = {
  clinics: 'id',
  ...Object.fromEntries(
    Object.keys(CLINIC_TABLES).map((table) => [
      table.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
      'clinic_id',
    ]),
  ),
}

/** By its text: the same queries come again and again. */
const looked = new Map<string, string[]>()

const compiler = new PostgresQueryCompiler()

/** Throws at a query that does not name the clinic whose rows it means. */
export class ClinicGuard implements KyselyPlugin {
  /** In its place for queries about every clinic; tests look on. */
  readonly across: readonly KyselyPlugin[] = []

  transformQuery({ node, queryId }: PluginTransformQueryArgs): RootOperationNode {
    const { sql } = compiler.compileQuery(node, queryId)
    const tables = looked.get(sql) ?? tablesWithoutClinic(sql, CLINIC_COLUMNS)
    looked.set(sql, tables)
    if (tables.length > 0) throw new Error(`This query does not say whose ${tables.join(', ')}: ${sql}`)
    return node
  }

  async transformResult({ result }: PluginTransformResultArgs): Promise<QueryResult<UnknownRow>> {
    return result
  }
}

/** It costs too much for production. */
export function withClinicGuard(db: Database, guard = new ClinicGuard()): Database {
  return withCallbacksAfterCommit(db.withPlugin(guard))
}

/** For the few queries that are about every clinic, or find out which it is; each says why. */
export function acrossClinics<Db extends Database | Transaction>(db: Db, _why: string): Db {
  const plugins = db
    .getExecutor()
    .plugins.flatMap((plugin) => (plugin instanceof ClinicGuard ? plugin.across : plugin))
  return plugins.reduce<Database | Transaction>(
    (unguarded, plugin) => unguarded.withPlugin(plugin),
    db.withoutPlugins(),
  ) as Db
}
