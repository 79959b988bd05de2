import type { Test } from './tap.ts'

/** Reads RFC 4180 as it is written: every cell quoted, every line ended. */
export function cellsOf(t: Test, csv: string): string[][] {
  t.equal(csv[0], '\uFEFF')
  const lines = [...csv.slice(1).matchAll(/((?:"(?:[^"]|"")*",)*"(?:[^"]|"")*")\r\n/gy)]
  t.equal(lines.map(([line]) => line).join(''), csv.slice(1), 'nothing but lines of quoted cells')
  return lines.map(([, line = '']) =>
    [...line.matchAll(/"((?:[^"]|"")*)"/g)].map(([, cell = '']) => cell.replaceAll('""', '"')),
  )
}
