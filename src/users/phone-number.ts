// The full metadata: smaller builds can't tell a mobile from a landline, or know only mobiles.
import {
  type CountryCode,
  getExampleNumber,
  isSupportedCountry,
  type PhoneNumber,
  parsePhoneNumberFromString,
} from 'libphonenumber-js/max'
import examples from 'libphonenumber-js/mobile/examples'
import { answers } from '../words/en/answers.ts'

type ParsedPhone = { number: string } | { problem: string }

const MOBILE_TYPES = ['MOBILE', 'FIXED_LINE_OR_MOBILE']

/** @param country for numbers without a country code; @returns E.164 */
export function parsePhone(text: string, country: string, kind: 'mobile' | 'any' = 'mobile'): ParsedPhone {
  const phone = parse(text, country)
  if (!phone?.isValid()) return { problem: answers.phone.invalid(hint(country)) }
  if (phone.ext) return { problem: answers.phone.extension }
  if (kind === 'mobile' && !MOBILE_TYPES.includes(phone.getType() ?? '')) {
    return { problem: answers.phone.notMobile(hint(country)) }
  }
  return { number: phone.number }
}

/** National digits of a complete number; null for a partial one. */
export function nationalDigits(text: string, country: string): string | null {
  const phone = parse(text, country)
  return phone?.isValid() ? phone.nationalNumber : null
}

/** As written in the clinic's country: its own numbers without the country code. */
export function formatPhone(number: string, country: string): string {
  const phone = parse(number, country)
  if (!phone) return number
  return phone.country === country ? phone.formatNational() : phone.formatInternational()
}

function parse(text: string, country: string): PhoneNumber | undefined {
  const defaultCountry = known(country)
  return parsePhoneNumberFromString(text, { ...(defaultCountry && { defaultCountry }), extract: false })
}

function hint(country: string): string {
  const code = known(country)
  const example = code && getExampleNumber(code, examples)?.formatNational()
  return example ? answers.phone.suchAs(example) : answers.phone.suchAsAbroad
}

function known(country: string): CountryCode | undefined {
  return isSupportedCountry(country) ? country : undefined
}
