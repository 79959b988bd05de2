import { readFile } from 'node:fs/promises'
import t from '../support/tap.ts'

const TEXT_MIN = 4.5
const CONTROL_MIN = 3

/** What is written on what: WCAG 1.4.3. */
const TEXTS: Record<string, string[]> = {
  ink: ['desk', 'sheet', 'tint', 'danger-tint', 'warning-tint'],
  soft: ['desk', 'sheet', 'tint', 'warning-tint'],
  accent: ['desk', 'sheet', 'tint'],
  'accent-pressed': ['desk', 'sheet', 'tint'],
  'on-accent': ['accent', 'accent-pressed'],
  danger: ['sheet', 'danger-tint', 'tint', 'desk'],
  warning: ['sheet', 'warning-tint', 'tint'],
}

/** What shows where to press, to type, and to be: WCAG 1.4.11. */
const CONTROLS: Record<string, string[]> = {
  edge: ['sheet', 'desk', 'tint'],
  accent: ['desk', 'sheet', 'tint'],
  danger: ['sheet'],
}

const css = await readFile('public/frontdesk.css', 'utf8')
const tokens = [...css.matchAll(/--([\w-]+): light-dark\((#\w+), (#\w+)\)/g)]

for (const [index, scheme] of ['light', 'dark'].entries()) {
  const colours = new Map(tokens.map(([, name, ...values]) => [name ?? '', values[index] ?? '']))
  t.test(`1.4.3, 1.4.11: colours stand out from what they stand on, ${scheme}`, async (t) => {
    t.equal(colours.size, 14)
    for (const [pairs, least] of [
      [TEXTS, TEXT_MIN],
      [CONTROLS, CONTROL_MIN],
    ] as const)
      for (const [over, unders] of Object.entries(pairs))
        for (const under of unders) {
          const ratio = contrast(colours.get(over) ?? '', colours.get(under) ?? '')
          t.ok(ratio >= least, `${over} on ${under}: ${ratio.toFixed(2)}`)
        }
  })
}

t.test('browsers that know one scheme only get the light one', async (t) => {
  for (const [, name = '', light] of tokens) t.match(css, `--${name}: ${light};`, name)
})

function contrast(one: string, other: string): number {
  const [low = 0, high = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b)
  return (high + 0.05) / (low + 0.05)
}

function luminance(colour: string): number {
  const digits = colour.length === 4 ? colour.replace(/\w/g, '$&$&') : colour
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((start) => {
    const part = Number.parseInt(digits.slice(start, start + 2), 16) / 255
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}
