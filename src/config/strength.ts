/** 32 random hexadecimal digits have 128, less what repeats by chance: 3 in 10,000 come below 80, none of 40,000 below 64. */
const STRONG_BITS = 60

const ROWS = ['qwertyuiop', 'asdfghjkl', 'zxcvbnm', 'qwertzuiop', 'yxcvbnm', 'azertyuiop']

/** Roughly: as many bits a character as there are different ones, for those that do not follow from what came before. */
export function isGuessable(text: string): boolean {
  const characters = [...text.replace(/(.)\1+/gsu, '$1')]
  const surprises = characters.filter((_, place) => !isForeseen(characters, place)).length
  return surprises * Math.log2(new Set(characters).size || 1) < STRONG_BITS
}

function isForeseen(characters: string[], place: number): boolean {
  return isStep(characters, place, 1) || isStep(characters, place, 2) || isRepeat(characters, place)
}

/** As far from the last one as that was from the one before: abc, 8642, and a1b2c3 with every second one. */
function isStep(characters: string[], place: number, lag: number): boolean {
  const [first, second, third] = [place - 2 * lag, place - lag, place].map((at) => characters[at] ?? '')
  if (!first || !second || !third) return false
  return (
    isEven([first, second, third].map(code)) ||
    ROWS.some((row) => isEven(placesIn(row, first, second, third)))
  )
}

function isEven([first = Number.NaN, second = Number.NaN, third = Number.NaN]: number[]): boolean {
  return third - second === second - first
}

function code(character: string): number {
  return character.toLowerCase().codePointAt(0) ?? 0
}

function placesIn(row: string, ...characters: string[]): number[] {
  const places = characters.map((character) => row.indexOf(character.toLowerCase()))
  return places.includes(-1) ? [] : places
}

/** It and the two before it have stood there together. */
function isRepeat(characters: string[], place: number): boolean {
  if (place < 2) return false
  const three = characters.slice(place - 2, place + 1).join('')
  return characters.slice(0, place).join('').includes(three)
}
