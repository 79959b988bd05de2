import { byName, fieldOfInput, INPUT_NAMES, type InputName } from '../../words/user-fields.ts'

export type Column = InputName

/** What a row needs comes first. */
const NEEDED = ['firstName', 'lastName', 'personEmail', 'mobileNumber', 'role', 'isPractitioner'] as const

export const COLUMN_NAMES: Column[] = [...new Set<Column>([...NEEDED, ...INPUT_NAMES])]

/** Of each column its heading, then the names that other programs have for it, the surest first. */
export const COLUMNS = byName(COLUMN_NAMES, (column): [heading: string, ...others: string[]] => {
  const { label, otherHeadings = [] } = fieldOfInput(column)
  return [label, ...otherHeadings]
})

export const HEADINGS = COLUMN_NAMES.map((column) => COLUMNS[column][0])

/** A heading without the remark in brackets behind it, such as “(required)” or “[work]”. */
export function headingWord(heading: string): string {
  return plainWord(heading.replace(/[([][^)\]]*[)\]]\s*[*:]?\s*$/, '')) || plainWord(heading)
}

/** Letters alone: “E-Mail”, “email” and “Email *” are one word. */
export function plainWord(text: string): string {
  return text.toLowerCase().replace(/[^\p{L}]/gu, '')
}

/** The name of a row's field in the form of several rows. */
export function rowField(number: number, field: string): string {
  return `row${number}-${field}`
}
