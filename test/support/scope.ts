export interface Scope {
  teardown(end: () => unknown): void
}

/** What the work starts ends with it, the last first, also when it fails: as in a test, without one. */
export async function scoped<Done>(work: (scope: Scope) => Promise<Done>): Promise<Done> {
  const ends: (() => unknown)[] = []
  try {
    return await work({ teardown: (end) => void ends.push(end) })
  } finally {
    for (const end of ends.reverse()) await end()
  }
}
