import { fileURLToPath } from 'node:url'
import { Eta } from 'eta'
import { words } from '../words/en.ts'

/** A paragraph, a button, or a paragraph below the line. A URL stands at the end, where nothing can run into it. */
export type Block =
  | { text: string; lead?: string; url?: string; isQuiet?: boolean }
  | { button: string; url: string }
  | { aside: string; text: string; url?: string }

interface Written {
  subject: string
  greeting: string
  blocks: Block[]
}

const COLUMNS = 72

const eta = new Eta({
  views: fileURLToPath(new URL('../../views', import.meta.url)),
  cache: true,
  autoTrim: false,
  autoFilter: true,
  filterFunction: given,
  functionHeader: 'const words = this.words',
})
Object.assign(eta, { words })

/** The same as HTML and as plain text. */
export function renderEmail(written: Written): { html: string; text: string } {
  return {
    html: wrapped(eta.render('emails/email.html.eta', written)),
    text: wrapped(`${[written.greeting, ...written.blocks.map(plainText)].join('\n\n')}\n`),
  }
}

function plainText(block: Block): string {
  if ('button' in block) return `${block.button}:\n\n${block.url}`
  const text = block.url ? `${block.text} ${block.url}` : block.text
  if ('aside' in block) return `${block.aside}\n${text}`
  return block.lead ? `${block.lead} ${text}` : text
}

// Eta prints a missing value as "undefined", which no one should be emailed.
function given(value: unknown): string {
  if (value === undefined || value === null) throw new Error('A value is missing from an email')
  return String(value)
}

/** Mail servers cut lines of more than 998 bytes. */
function wrapped(text: string): string {
  return text.split('\n').map(wrappedLine).join('\n')
}

// Breaks at spaces only, so an address is never cut.
function wrappedLine(line: string): string {
  const lines: string[] = []
  let current = ''
  for (const word of line.split(' ')) {
    if (current && current.length + 1 + word.length > COLUMNS) {
      lines.push(current)
      current = word
    } else current = current ? `${current} ${word}` : word
  }
  return [...lines, current].join('\n')
}
