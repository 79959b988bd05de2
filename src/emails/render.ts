import { fileURLToPath } from 'node:url'
import { Eta } from 'eta'
import { words } from '../words/en.ts'

const TEXT_COLUMNS = 72

const eta = new Eta({
  views: fileURLToPath(new URL('../../views', import.meta.url)),
  cache: true,
  autoTrim: false,
  autoFilter: true,
  filterFunction: given,
  functionHeader: 'const words = this.words',
})
Object.assign(eta, { words })

/** The same data as HTML and as plain text, from `views/emails/<name>.{html,text}.eta`. */
export function renderEmail(name: string, data: object): { html: string; text: string } {
  return {
    html: eta.render(`emails/${name}.html.eta`, data),
    text: wrapped(eta.render(`emails/${name}.text.eta`, data)),
  }
}

// Eta prints a missing value as "undefined", which no one should be emailed.
function given(value: unknown): string {
  if (value === undefined || value === null) throw new Error('A value is missing from an email')
  return String(value)
}

function wrapped(text: string): string {
  return text.split('\n').map(wrappedLine).join('\n')
}

// Breaks at spaces only, so an address is never cut.
function wrappedLine(line: string): string {
  const lines: string[] = []
  let current = ''
  for (const word of line.split(' ')) {
    if (current && current.length + 1 + word.length > TEXT_COLUMNS) {
      lines.push(current)
      current = word
    } else current = current ? `${current} ${word}` : word
  }
  return [...lines, current].join('\n')
}
