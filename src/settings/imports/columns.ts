import { byName } from '../../words/user-fields.ts'
import { fieldOfInput, INPUT_NAMES, type InputName } from '../../words/user-inputs.ts'

export type Column = InputName

/** Required columns come first. */
const NEEDED = ['firstName', 'lastName', 'personEmail', 'mobileNumber', 'role', 'isPractitioner'] as const

export const COLUMN_NAMES: Column[] = [...new Set<Column>([...NEEDED, ...INPUT_NAMES])]

/** Each column's heading, then other programs' names for it, most certain first. */
export const COLUMNS = byName(COLUMN_NAMES, (column): [heading: string, ...others: string[]] => {
  const { label, otherHeadings = [] } = fieldOfInput(column)
  return [label, ...otherHeadings]
})

export const HEADINGS = COLUMN_NAMES.map((column) => COLUMNS[column][0])

/** Without a trailing remark in brackets, such as “(required)” or “[work]”. */
export function headingWord(heading: string): string {
  return plainWord(heading.replace(/[([][^)\]]*[)\]]\s*[*:]?\s*$/, '')) || plainWord(heading)
}

/** Letters only: “E-Mail”, “email” and “Email *” are the same. */
export function plainWord(text: string): string {
  return text.toLowerCase().replace(/[^\p{L}]/gu, '')
}

/** A field's name in the form of several rows. */
export function rowField(number: number, field: string): string {
  return `row${number}-${field}`
}
