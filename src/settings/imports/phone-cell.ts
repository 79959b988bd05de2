import type { PhoneType } from '../../database/schema.ts'
import { PHONE_TYPES, type PhoneEntry } from '../../users/phone-form.ts'
import { parsePhone } from '../../users/phone-number.ts'

const TYPE_BEFORE = new RegExp(`^(${Object.keys(PHONE_TYPES).join('|')})\\b:?\\s*`, 'i')

/**
 * Several numbers in one cell, such as “Mobile +61 491 570 156, Work (03) 9123 4567”, as our own export writes them. A
 * number without its kind is a mobile where it can be one.
 */
export function readPhoneCell(
  cell: string,
  country: string,
): { phones: PhoneEntry[]; problem: string | null } {
  const phones: PhoneEntry[] = []
  for (const part of cell.split(/[,;\n]/).map((part) => part.trim())) {
    if (part === '') continue
    const [before = '', type] = TYPE_BEFORE.exec(part) ?? []
    const number = part.slice(before.length)
    const phone = parsePhone(number, country, 'any')
    if ('problem' in phone) return { phones, problem: phone.problem }
    const kind = (type?.toLowerCase() as PhoneType | undefined) ?? kindOf(number, country)
    if (!phones.some((known) => known.number === phone.number))
      phones.push({ type: kind, number: phone.number })
  }
  return { phones, problem: null }
}

function kindOf(number: string, country: string): PhoneType {
  return 'number' in parsePhone(number, country, 'mobile') ? 'mobile' : 'other'
}
