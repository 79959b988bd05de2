import { labels } from './labels.ts'

/** What is wrong with an answer about a user. */
export const answers = {
  name: {
    tooLong: (characters: number) => `Use at most ${characters} characters in a name.`,
    markup: labels.noMarkup,
    link: 'Enter a name without links or @.',
    fullStop: 'Put a space after a full stop inside a name, as in “J. R. Smith”.',
    noLetter: 'Use at least one letter in a name.',
    noLast: 'Enter a last name, or tick “Has only one name”.',
    lastToo: 'Clear the last name, or untick “Has only one name”.',
  },
  date: {
    none: (example: string) => `Enter a day such as ${example}.`,
    past: 'This day has passed. Enter today or a later day.',
    untilBeforeFrom: 'The last day is before the first. Change one of them.',
  },
  yesOrNo: 'Answer Yes or No.',
  email: {
    accents: 'Use only unaccented letters, numbers and symbols such as . - _ + in an email address.',
    format: 'Enter an email address in the correct format, such as name@example.com.',
  },
  phone: {
    invalid: (such: string) => `Enter a phone number ${such}.`,
    notMobile: (such: string) => `This is not a mobile number. Enter one ${such}.`,
    extension: 'Enter the phone number without an extension.',
    suchAs: (example: string) => `such as ${example}, or one starting with + and the country code`,
    suchAsAbroad: 'such as +61 412 345 678, starting with + and the country code',
  },
}
