const NAMED = [
  /\bclinic_id = \$(\d+)/g,
  /\$(\d+) = (?:\w+\.)?clinic_id\b/g,
  /\$(\d+)(?:::\w+)? as clinic_id\b/g,
  /\bclinics\.id = \$(\d+)/g,
  /\b(?:from|update) clinics\b(?:(?! from | join ).)*? where id = \$(\d+)/g,
]

/** The clinic that a query names by a value, wherever it stands; empty without one. @throws where it names two */
export function clinicNamedIn(statement: string, values: readonly unknown[]): string {
  const text = statement.replaceAll('"', '').replaceAll(/\s+/g, ' ')
  const compared = NAMED.flatMap((pattern) => [...text.matchAll(pattern)].map(([, number]) => number))
  const clinics = new Set(
    [...compared, ...inserted(text)].map((number) => String(values[Number(number) - 1])),
  )
  if (clinics.size > 1)
    throw new Error(`This query names the clinics ${[...clinics].join(' and ')}: ${statement}`)
  return [...clinics][0] ?? ''
}

/** The numbers of the values that are inserted as clinic_id. */
function inserted(text: string): string[] {
  return [...text.matchAll(/insert into \w+(?: as \w+)? \(([^)]*)\) values (.*)/g)].flatMap(
    ([, columns = '', rows = '']) => {
      const at = columns.split(', ').indexOf('clinic_id')
      return rowsIn(rows).flatMap((row) => /^\$(\d+)$/.exec(row[at] ?? '')?.[1] ?? [])
    },
  )
}

/** Of `($1, now()), ($2, now()) returning id`, the values row by row. */
function rowsIn(text: string): string[][] {
  const rows: string[][] = []
  let depth = 0
  for (const token of text.match(/[(),]|[^(),]+/g) ?? []) {
    if (depth === 0 && !['(', ',', ' '].includes(token)) break
    if (token === '(' && depth++ === 0) rows.push([''])
    else if (token === ')' && --depth === 0) continue
    else if (token === ',' && depth === 1) rows.at(-1)?.push('')
    else if (depth > 0) rows.at(-1)?.push(`${rows.at(-1)?.pop()}${token}`.trim())
  }
  return rows
}
