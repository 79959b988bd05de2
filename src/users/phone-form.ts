import { Type } from 'typebox'
import type { PhoneType } from '../database/schema.ts'
import type { FieldProblem } from '../refusal.ts'
import { users } from '../words/en/users.ts'
import { ShortText } from './fields.ts'
import { formatPhone, parsePhone } from './phone-number.ts'

const PHONE_NUMBERS_MAX = 10

export const PHONE_TYPES: Record<PhoneType, string> = users.phones.types

export interface PhoneEntry {
  type: PhoneType
  /** E.164 */
  number: string
}

/** A field's value, whatever was sent. */
type Read = (field: string) => unknown

const ROWS = Array.from({ length: PHONE_NUMBERS_MAX }, (_, index) => index + 1)
const ROWS_AT_FIRST = 2

const typeField = (row: number) => `phoneType${row}`
const numberField = (row: number) => `phoneNumber${row}`

const TYPE_MISSING = users.phones.typeMissing
const PhoneTypeName = Type.String({ enum: Object.keys(PHONE_TYPES), message: TYPE_MISSING })

/** A type and a number for each row; the static type leaves them out, but the functions below read them. */
export const PhoneFields = Object.fromEntries(
  ROWS.flatMap((row) => [
    [typeField(row), Type.Optional(PhoneTypeName)],
    [numberField(row), Type.Optional(ShortText(40))],
  ]),
) as Record<never, never>

export function phoneProblems(answer: Read, country: string): FieldProblem[] {
  const seen = new Set<string>()
  return ROWS.flatMap((row) => {
    const text = answer(numberField(row))
    if (typeof text !== 'string' || text === '') return []
    const type = answer(typeField(row))
    if (type === undefined) return [{ field: typeField(row), message: TYPE_MISSING }]
    const phone = parsePhone(text, country, type === 'mobile' ? 'mobile' : 'any')
    if ('problem' in phone) return [{ field: numberField(row), message: phone.problem }]
    if (seen.has(phone.number)) return [{ field: numberField(row), message: users.phones.twice }]
    seen.add(phone.number)
    return []
  })
}

/** The numbers of a valid form, without empty rows. */
export function phonesFrom(answer: Read, country: string): PhoneEntry[] {
  return ROWS.flatMap((row) => {
    const phone = parsePhone(String(answer(numberField(row)) ?? ''), country, 'any')
    return 'number' in phone ? [{ type: answer(typeField(row)) as PhoneType, number: phone.number }] : []
  })
}

export function phoneAnswers(phones: PhoneEntry[], country: string): Record<string, string> {
  const entries = phones.flatMap(({ type, number }, index) => [
    [typeField(index + 1), type],
    [numberField(index + 1), formatPhone(number, country)],
  ])
  return Object.fromEntries(entries)
}

/** What was typed or stored, and an empty row. */
export function phoneRows(value: Read) {
  const filled = Math.max(0, ...ROWS.filter((row) => value(numberField(row))))
  const shown = Math.max(filled + 1, ROWS_AT_FIRST)
  return ROWS.slice(0, shown).map((row) => ({ row, type: typeField(row), number: numberField(row) }))
}

/** Such as “Mobile 0491 570 156, Work (03) 9123 4567”. */
export function phoneWords(phones: PhoneEntry[], country: string): string {
  return phones.map(({ type, number }) => `${PHONE_TYPES[type]} ${formatPhone(number, country)}`).join(', ')
}
