/** Blanks out what only looks like code: comments, then text in quotes. */
function codeOf(source: string): string {
  return source
    .replace(/\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/.*$/gm, '')
    .replace(/'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`/g, "''")
}

const PAIRS: Record<string, string> = { '(': ')', '{': '}', '[': ']' }

/** From an opening bracket to its closing one. */
function bracketed(code: string, from: number): string {
  const open: string[] = []
  for (let at = from; at < code.length; at++) {
    const sign = code[at] ?? ''
    if (PAIRS[sign]) open.push(PAIRS[sign])
    else if (sign === open.at(-1)) open.pop()
    if (open.length === 0) return code.slice(from, at + 1)
  }
  return code.slice(from)
}

/** One statement, in braces or on its own. */
function bodyAt(code: string, from: number): string {
  const start = from + (/^\s*/.exec(code.slice(from))?.[0].length ?? 0)
  if (code[start] === '{') return bracketed(code, start)
  return /^[^\n]*(\n {4,}[^\n]*)*/.exec(code.slice(start))?.[0] ?? ''
}

const BOUND = /[<>]=?\s*[\w.]+|^\((const|let)?[^;]*\b(of|in)\b/
const PAUSE = /\bdelay\(|\bsetTimeout\(/

/** Loops that wait for something and could do so for ever, or give up without a word. */
export function endlessWaits(source: string): string[] {
  const code = codeOf(source)
  return [...code.matchAll(/\b(while|for)\b(?:\s+await)?\s*(?=\()|\bdo\s*(?=\{)/g)].flatMap((match) => {
    const at = match.index + match[0].length
    const head = match[1] ? bracketed(code, at) : '()'
    const loop = head + bodyAt(code, match[1] ? at + head.length : at)
    if (!/\bawait\b/.test(loop) || /^for\s+await/.test(match[0])) return []
    const isEndless = match[1] !== 'for' || !BOUND.test(head)
    const givesUp = PAUSE.test(loop) && /&&|!/.test(head)
    return isEndless || givesUp ? [(match[0] + head).replace(/\s+/g, ' ')] : []
  })
}
