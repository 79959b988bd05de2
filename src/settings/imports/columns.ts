/** In the order of the template; of each column the names under which other programs have it, the surest first. */
export const COLUMNS = {
  firstName: ['First name', 'given name', 'given names', 'forename'],
  lastName: ['Last name', 'surname', 'family name'],
  personEmail: ['Email', 'email address', 'mail'],
  mobileNumber: ['Mobile number', 'mobile', 'mobile phone', 'cell', 'cell phone', 'mob'],
  role: ['Security role', 'role'],
  isPractitioner: ['Practitioner', 'is this user a practitioner', 'is practitioner'],
  profession: ['Profession', 'job title', 'occupation'],
  title: ['Title'],
  timeZone: ['Time zone'],
  phoneNumbers: [
    'Phone numbers',
    'other phone numbers',
    'phone number',
    'phone',
    'telephone',
    'tel',
    'landline',
  ],
  hasOneName: ['Has only one name', 'only one name', 'one name'],
} as const satisfies Record<string, [heading: string, ...others: string[]]>

export type Column = keyof typeof COLUMNS
export const COLUMN_NAMES = Object.keys(COLUMNS) as Column[]
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
