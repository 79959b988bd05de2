/** A count with its thousands set apart, for example 1,000. */
export function number(count: number): string {
  return count.toLocaleString('en-AU')
}

/** A count with its noun, for example 1 row or 2,000 rows. */
export function counted(count: number, one: string, many: string): string {
  return `${number(count)} ${count === 1 ? one : many}`
}
