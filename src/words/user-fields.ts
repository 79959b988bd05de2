/** What is said of one thing that Frontdesk knows of a user, and who may change it. */
export interface UserField {
  label: string
  /** What a form asks in place of the label. */
  question?: string
  remark?: 'optional' | 'recommended'
  hint?: string
  /** Said where a form needs an answer and has none. */
  missing?: string
  /** Names that other programs have for it in a list, the surest first. */
  otherHeadings?: readonly string[]
  /** Of a line of free text. A field with it needs no rule of its own. */
  maxLength?: number
  /** A day, as it may be typed in several ways. */
  isDate?: true
  type?: 'email' | 'tel'
  /** What browsers call a person's own. */
  autocomplete?: string
  /** Everyone may change it under My details. */
  isOwn?: true
}

/** In the order in which forms ask, pages show, and lists are written. */
export const USER_FIELDS = {
  title: {
    label: 'Title',
    remark: 'optional',
    hint: 'For example, Dr, Ms or Mr',
    maxLength: 20,
    autocomplete: 'honorific-prefix',
    isOwn: true,
  },
  firstName: {
    label: 'First name',
    missing: 'Enter a first name.',
    otherHeadings: ['given name', 'given names', 'forename'],
    autocomplete: 'given-name',
    isOwn: true,
  },
  lastName: {
    label: 'Last name',
    otherHeadings: ['surname', 'family name'],
    autocomplete: 'family-name',
    isOwn: true,
  },
  hasOneName: { label: 'Has only one name', otherHeadings: ['only one name', 'one name'], isOwn: true },
  pronouns: {
    label: 'Pronouns',
    remark: 'optional',
    hint: 'For example, she/her or they/them',
    otherHeadings: ['preferred pronouns'],
    maxLength: 40,
    isOwn: true,
  },
  email: {
    label: 'Email',
    hint: 'We’ll send the invitation here. They’ll use it to sign in.',
    missing: 'Enter an email address. We’ll send the invitation there.',
    otherHeadings: ['email address', 'mail'],
    type: 'email',
  },
  mobileNumber: {
    label: 'Mobile number',
    remark: 'recommended',
    hint: 'Used to confirm their identity if they lose access.',
    otherHeadings: ['mobile', 'mobile phone', 'cell', 'cell phone', 'mob'],
    type: 'tel',
  },
  phoneNumbers: {
    label: 'Phone numbers',
    hint: 'Up to 10. Clear a row to remove it; save to add more rows. We recommend a mobile number.',
    otherHeadings: ['other phone numbers', 'phone number', 'phone', 'telephone', 'tel', 'landline'],
    isOwn: true,
  },
  timeZone: { label: 'Time zone', missing: 'Choose a time zone from the list.', isOwn: true },
  role: {
    label: 'Security role',
    hint: 'What they can see and do.',
    missing: 'Choose a security role.',
    otherHeadings: ['role'],
  },
  isPractitioner: {
    label: 'Practitioner',
    question: 'Is this user a practitioner?',
    hint: 'Someone who treats patients and has a calendar. You’re billed for practitioners; everyone else is free.',
    missing: 'Select Yes or No.',
    otherHeadings: ['is this user a practitioner', 'is practitioner'],
  },
  profession: {
    label: 'Profession',
    hint: 'For example, Physiotherapist',
    missing: 'Enter a profession, for example, Physiotherapist.',
    otherHeadings: ['job title', 'occupation'],
    maxLength: 100,
  },
  accessFrom: {
    label: 'Access from',
    remark: 'optional',
    hint: 'The first day on which they can sign in, for example, 3 Dec 2026.',
    otherHeadings: ['start date', 'starts on', 'starts', 'first day', 'valid from'],
    isDate: true,
  },
  accessUntil: {
    label: 'Access until',
    remark: 'optional',
    hint: 'Their last day, after which they’re signed out. For locums, students and others who leave on a known day.',
    otherHeadings: ['end date', 'ends on', 'ends', 'last day', 'finish date', 'valid until', 'expiry date'],
    isDate: true,
  },
} as const satisfies Record<string, UserField>

type Rows = typeof USER_FIELDS
type NamesOf<Row> = {
  [Name in UserFieldName]: Rows[Name] extends Row ? Name : never
}[UserFieldName]

export type UserFieldName = keyof Rows
export type TextField = NamesOf<{ maxLength: number }>
export type DateField = NamesOf<{ isDate: true }>
type OwnField = NamesOf<{ isOwn: true }>
export type OwnTextField = TextField & OwnField

export const USER_FIELD_NAMES = Object.keys(USER_FIELDS) as UserFieldName[]

export function isUserField(name: string): name is UserFieldName {
  return Object.hasOwn(USER_FIELDS, name)
}

export function userField(name: UserFieldName): UserField {
  return USER_FIELDS[name]
}

export function isTextField(name: UserFieldName): name is TextField {
  return userField(name).maxLength !== undefined
}

export function isDateField(name: UserFieldName): name is DateField {
  return userField(name).isDate === true
}

export function isOwnField(name: UserFieldName): name is OwnField {
  return userField(name).isOwn === true
}

export const TEXT_FIELDS = USER_FIELD_NAMES.filter(isTextField)

export const DATE_FIELDS = USER_FIELD_NAMES.filter(isDateField)

export const OWN_TEXT_FIELDS = TEXT_FIELDS.filter((name): name is OwnTextField => isOwnField(name))

export const WORK_TEXT_FIELDS = TEXT_FIELDS.filter(
  (name): name is Exclude<TextField, OwnField> => !isOwnField(name),
)

/** As a form asks, for example “Title (optional)”. */
export function askedLabel(name: UserFieldName): string {
  const { label, question, remark } = userField(name)
  return question ?? (remark ? `${label} (${remark})` : label)
}

export function byName<Name extends string, Value>(
  names: readonly Name[],
  of: (name: Name) => Value,
): Record<Name, Value> {
  return Object.fromEntries(names.map((name) => [name, of(name)])) as Record<Name, Value>
}
