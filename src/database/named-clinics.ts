/** A token, or what stands in parentheses. */
type Part = string | Part[]

interface Clause {
  keyword: string
  parts: Part[]
  /** The clause before it: of an `on`, the join. */
  joined: Clause | undefined
}

/** A table's clinic, named by a value, or by another table of the query that has to be named in turn. */
interface Named {
  alias: string
  by: string | null
}

/** The column that says whose a row is, by table. */
export type ClinicColumns = Readonly<Record<string, string>>

/**
 * The tables that a statement reads or writes without saying of which clinic. It reads SQL as the query builder writes it,
 * not all that PostgreSQL takes.
 */
export function tablesWithoutClinic(statement: string, columns: ClinicColumns): string[] {
  const parts = nested(statement)
  return queriesIn(parts).flatMap((query) =>
    branchesOf(query).flatMap((branch) => unnamedIn(branch, columns)),
  )
}

const TOKEN = /'(?:[^']|'')*'|(?:"?\w+"?\.)?"?[$\w]+"?|::|[<>=!]+|\S/g

function nested(statement: string): Part[] {
  const open: Part[][] = [[]]
  for (const [token] of statement.matchAll(TOKEN)) {
    const inner: Part[] = []
    if (token === '(') open.at(-1)?.push(inner)
    if (token === '(') open.push(inner)
    else if (token === ')') open.pop()
    else open.at(-1)?.push(token.replaceAll('"', '').toLowerCase())
  }
  return open[0] ?? []
}

/** The statement itself and every query inside it. */
function queriesIn(parts: Part[]): Part[][] {
  const inner = (part: Part): Part[][] =>
    typeof part === 'string' ? [] : [...(isQuery(part) ? [part] : []), ...part.flatMap(inner)]
  return [parts, ...parts.flatMap(inner)]
}

function isQuery([first]: Part[]): boolean {
  return typeof first === 'string' && ['with', 'select', 'insert', 'update', 'delete'].includes(first)
}

function branchesOf(query: Part[]): Part[][] {
  return split(query, (part) => part === 'union' || part === 'intersect' || part === 'except')
}

function split(parts: Part[], isBetween: (part: Part) => boolean): Part[][] {
  const pieces: Part[][] = [[]]
  for (const part of parts) {
    if (isBetween(part)) pieces.push([])
    else pieces.at(-1)?.push(part)
  }
  return pieces
}

function unnamedIn(branch: Part[], columns: ClinicColumns): string[] {
  const clauses = clausesOf(branch)
  const tables = new Map(clauses.flatMap((clause) => tablesIn(clause, columns)))
  const facts = clauses.flatMap((clause) => factsOf(clause, tables, columns))
  const named = new Set<string>()
  for (let before = -1; before < named.size; ) {
    before = named.size
    for (const { alias, by } of facts) if (by === null || named.has(by)) named.add(alias)
  }
  const read = [...tables].filter(([alias]) => !named.has(alias)).map(([, table]) => table)
  return [...read, ...clauses.flatMap((clause) => insertedWithout(clause, columns))]
}

const KEYWORDS = new Set(
  'select from join on where set values returning group order having limit union for update into using'.split(
    ' ',
  ),
)

function clausesOf(branch: Part[]): Clause[] {
  const clauses: Clause[] = []
  for (const [at, part] of branch.entries()) {
    const keyword = keywordAt(branch, at)
    if (keyword) clauses.push({ keyword, parts: [], joined: clauses.at(-1) })
    else clauses.at(-1)?.parts.push(part)
  }
  return clauses
}

function keywordAt(branch: Part[], at: number): string | null {
  const [before, part, after] = [branch[at - 1], branch[at], branch[at + 1]]
  if (typeof part !== 'string' || !KEYWORDS.has(part) || before === 'distinct') return null
  if (part === 'on' && after === 'conflict') return null
  return part === 'join' && (before === 'left' || before === 'outer') ? 'outer join' : part
}

const NO_ALIAS = new Set(['left', 'inner', 'cross', 'right', 'full', 'lateral'])

/** The table, or its other name. */
function aliasOf(parts: Part[]): string {
  const words = parts.filter((part) => part !== 'as' && part !== 'only' && part !== 'lateral')
  const [name, alias] = words.map((part) => (typeof part === 'string' ? part : ''))
  return alias && !NO_ALIAS.has(alias) ? alias : (name ?? '')
}

function tablesIn({ keyword, parts }: Clause, columns: ClinicColumns): [alias: string, table: string][] {
  if (!['from', 'join', 'outer join', 'update', 'using'].includes(keyword)) return []
  return split(parts, (part) => part === ',').flatMap((source) => {
    const table = source.find((part) => part !== 'only')
    return typeof table === 'string' && table in columns ? [[aliasOf(source), table]] : []
  })
}

function insertedWithout({ keyword, parts }: Clause, columns: ClinicColumns): string[] {
  const [table, into] = parts
  if (keyword !== 'into' || typeof table !== 'string' || columns[table] !== 'clinic_id') return []
  return Array.isArray(into) && into.includes('clinic_id') ? [] : [table]
}

function factsOf(clause: Clause, tables: Map<string, string>, columns: ClinicColumns): Named[] {
  if (clause.keyword !== 'where' && clause.keyword !== 'on') return []
  const facts = comparisons(clause.parts, (part) => whose(part, tables, columns))
  const { keyword, joined } = clause
  if (keyword !== 'on' || joined?.keyword !== 'outer join') return facts
  return facts.filter(({ alias }) => alias === aliasOf(joined.parts))
}

/** What holds however the condition is met: of what stands beside an `or`, only what stands on both sides. */
function comparisons(parts: Part[], whose: (part: Part | undefined) => string | null): Named[] {
  const [first = [], ...others] = split(parts, (part) => part === 'or').map((side) => {
    return side.flatMap((part, at): Named[] => {
      if (Array.isArray(part)) return isQuery(part) || side[at - 1] === 'not' ? [] : comparisons(part, whose)
      const alias = whose(part)
      if (!alias) return []
      const other = [side[at - 1] === '=' && side[at - 2], side[at + 1] === '=' && side[at + 2]]
        .map((beside) => whose(beside || undefined))
        .find((beside) => beside !== null)
      return [{ alias, by: other ?? null }]
    })
  })
  return first.filter((fact) => others.every((side) => side.some(({ alias }) => alias === fact.alias)))
}

/** The table in the query whose clinic this column is. */
function whose(part: Part | undefined, tables: Map<string, string>, columns: ClinicColumns): string | null {
  if (typeof part !== 'string') return null
  const [column = '', alias] = part.split('.').reverse()
  for (const [name, table] of tables)
    if (columns[table] === column && (alias === undefined || alias === name)) return name
  return null
}
