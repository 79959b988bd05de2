/** Choices that are the same for the same seed. */
export interface Random {
  /** From 0 up to, and not including, 1. */
  fraction(): number
  upTo(max: number): number
  oneOf<Item>(items: readonly Item[]): Item
  chance(probability: number): boolean
  shuffled<Item>(items: readonly Item[]): Item[]
}

export function seededRandom(seed: number): Random {
  const fraction = mulberry32(seed)
  const upTo = (max: number) => Math.floor(fraction() * max)
  return {
    fraction,
    upTo,
    oneOf: <Item>(items: readonly Item[]) => items[upTo(items.length)] as Item,
    chance: (probability) => fraction() < probability,
    shuffled(items) {
      const ranked = items.map((item) => ({ item, rank: fraction() }))
      return ranked.sort((a, b) => a.rank - b.rank).map(({ item }) => item)
    },
  }
}

function mulberry32(seed: number): () => number {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
