import type { Compilable, CompiledQuery } from 'kysely'
import type { Database } from './database.ts'
import { nameFor } from './plans.ts'

/** Stands in a compiled query where a value goes. */
class Placeholder {
  readonly name: PropertyKey

  constructor(name: PropertyKey) {
    this.name = name
  }
}

/**
 * A query that is compiled once and planned once by each connection; a request only fills in its values. `build` sees each
 * value as a placeholder, so it can pass values on but not look at them. What it looks at is the shape, and each shape is
 * a query of its own.
 */
export function prepared<Values extends object, Row, Shape = void>(
  build: (db: Database, values: Values, shape: Shape) => Compilable<Row>,
): (db: Database, values: Values, shape: Shape) => Promise<Row[]> {
  const shapes = new Map<string, CompiledQuery<Row>>()
  return async (db, values, shape) => {
    const key = JSON.stringify(shape) ?? ''
    const compiled = shapes.get(key) ?? build(db, placeholders<Values>(), shape).compile()
    if (!shapes.has(key) && nameFor(compiled.sql)) shapes.set(key, compiled)
    const parameters = compiled.parameters.map((parameter) =>
      parameter instanceof Placeholder ? values[parameter.name as keyof Values] : parameter,
    )
    const { rows } = await withoutPlugins(db).executeQuery<Row>({ ...compiled, parameters })
    return camelCased(rows)
  }
}

const plain = new WeakMap<Database, Database>()

/** The query is compiled, and what the plugin does to its rows is done below. */
function withoutPlugins(db: Database): Database {
  const known = plain.get(db) ?? db.withoutPlugins()
  plain.set(db, known)
  return known
}

/** All rows have the columns of the first, so their names are made once and not for each row. */
function camelCased<Row>(rows: Row[]): Row[] {
  const columns = Object.keys(rows[0] ?? {}) as (keyof Row & string)[]
  const names = columns.map(camelCase) as (keyof Row)[]
  return rows.map((row) => {
    const named = {} as Row
    for (let at = 0; at < columns.length; at++) named[names[at] as keyof Row] = row[columns[at] as keyof Row]
    return named
  })
}

const camelCases = new Map<string, string>()

function camelCase(column: string): string {
  const known = camelCases.get(column)
  if (known) return known
  const made = column.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())
  camelCases.set(column, made)
  return made
}

function placeholders<Values extends object>(): Values {
  return new Proxy({}, { get: (_, name) => new Placeholder(name) }) as Values
}
