/** Spreadsheets need this mark to recognise UTF-8. */
export const BYTE_ORDER_MARK = '\uFEFF'

/** As RFC 4180 has it. */
export function csvLine(cells: string[]): string {
  return `${cells.map((cell) => `"${harmless(cell).replaceAll('"', '""')}"`).join(',')}\r\n`
}

/** Spreadsheets treat text starting with one of these as a formula, even if quoted. Import removes the apostrophe. */
function harmless(cell: string): string {
  return /^'*\s*[=+\-@\t\r＝＋－＠]|^[\t\r]/.test(cell) ? `'${cell}` : cell
}
