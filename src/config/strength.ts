/** 32 random hexadecimal digits have 128, less what repeats by chance: 3 in 10,000 come below 80, none of 40,000 below 64. */
const STRONG_BITS = 60

const ROWS = ['qwertyuiop', 'asdfghjkl', 'zxcvbnm', 'qwertzuiop', 'yxcvbnm', 'azertyuiop']

/** Roughly: as many bits a character as there are different ones, for those that do not follow from what came before. */
export function isGuessable(text: string): boolean {
  const characters = [...text.replace(/(.)\1+/gsu, '$1')]
  const surprises = characters.filter((_, index) => !isForeseen(characters, index)).length
  return surprises * Math.log2(new Set(characters).size || 1) < STRONG_BITS
}

function isForeseen(characters: string[], index: number): boolean {
  return isStep(characters, index, 1) || isStep(characters, index, 2) || isRepeat(characters, index)
}

/** As far from the last one as that was from the one before: abc, 8642, and a1b2c3 with every second one. */
function isStep(characters: string[], index: number, lag: number): boolean {
  const [first, second, third] = [index - 2 * lag, index - lag, index].map((at) => characters[at] ?? '')
  if (!first || !second || !third) return false
  return (
    isEven([first, second, third].map(code)) ||
    ROWS.some((row) => isEven(indexesIn(row, first, second, third)))
  )
}

function isEven([first = Number.NaN, second = Number.NaN, third = Number.NaN]: number[]): boolean {
  return third - second === second - first
}

function code(character: string): number {
  return character.toLowerCase().codePointAt(0) ?? 0
}

function indexesIn(row: string, ...characters: string[]): number[] {
  const indexes = characters.map((character) => row.indexOf(character.toLowerCase()))
  return indexes.includes(-1) ? [] : indexes
}

/** It and the two before it have stood there together. */
function isRepeat(characters: string[], index: number): boolean {
  if (index < 2) return false
  const three = characters.slice(index - 2, index + 1).join('')
  return characters.slice(0, index).join('').includes(three)
}
