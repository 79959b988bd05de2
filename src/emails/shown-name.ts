const SHOWN_MAX_CHARACTERS = 40
const DIGITS_MAX = 4

const INVISIBLE = /[\p{C}\p{Zl}\p{Zp}\u115f\u1160\u3164\uffa0]/gu
const PICTURES = /[\p{Extended_Pictographic}\p{Emoji_Modifier}\p{Regional_Indicator}]|\ufe0e|\ufe0f|\u20e3/gu
/** Never in a clinic's name: markup, line breaks, and what email programs decode (RFC 2047). */
const IN_NO_NAME = /[<>{}=;\\\r\n\u2028\u2029]/
const BETWEEN_PARTS = /\s[\p{Pd}/]\s|[\t!?:,|•()[\]–—]+/u

const LINK =
  /\/|@|:\S|www|https?|mailto|\bxn--|[\p{L}\p{N}][.\u2024\u3002\ufe52\uff61]+[\p{L}\p{N}]|(\.|\bdot)\s*(com|net|org|info|biz|io|co)\b/iu
/** Where a full stop ends an abbreviation, as in St.Mary’s. */
const SHORT_FORM = /\b(St|Ste|Dr|Mt)\.(?=\p{Lu})/gu
const SUM =
  /[\p{Sc}%‰₿]|\b(usd|aud|nzd|gbp|eur|cad|dollars?|pounds?|euros?|quid|cents?|bitcoins?|btc|crypto|refunds?|invoices?|money|cash)\b/iu
const ORDER =
  /\b(pay|pays|payment|buy|transfer|click|tap|claim|verify|confirm|respond|reply|log ?in|sign ?in|sign ?up|download|install|win|won|winner|act now|immediately|urgently|urgent(?! care)|asap|overdue|suspended|locked|expired?|password|passcode)\b/iu
/** Words that also appear in clinics' names: Open Minds, Ring Road. */
const ORDER_OF_SOMETHING =
  /\b(call|ring|text|phone|send|open|visit|enter|press|update|wire|go|see) (us|me|him|her|them|this|the|your|now|here|at|to)\b/iu
const TWO_ALPHABETS =
  /\p{Script=Latin}\p{M}*[\p{Script=Cyrillic}\p{Script=Greek}]|[\p{Script=Cyrillic}\p{Script=Greek}]\p{M}*\p{Script=Latin}/u

const SIGNS = [LINK, SUM, ORDER, ORDER_OF_SOMETHING]

/**
 * A name that somebody typed, for the lines of an email that come in our name and are read on a locked phone: short, and
 * without the parts that look like a link, a sum or an order. Null where nothing of it is left.
 */
export function shownName(typed: string): string | null {
  if (IN_NO_NAME.test(typed)) return null
  const whole = typed.normalize('NFC')
  const parts = isHarmless(visible(whole)) ? [whole] : whole.split(BETWEEN_PARTS)
  const kept = parts.map(visible).filter(isHarmless).map(trimmed)
  return kept.length > 0 ? shortened(kept.join(' – ')) : null
}

/** The sender: the name in quotes, and always our own address. */
export function senderOf(mailFrom: string, name: string | null): string {
  if (name === null) return mailFrom
  const email = /<([^<>]+)>\s*$/.exec(mailFrom)?.[1] ?? mailFrom
  return `"${name.replaceAll('"', '’')}" <${email}>`
}

function visible(part: string): string {
  return part.replace(INVISIBLE, '').replace(PICTURES, '').replace(/\s+/gu, ' ')
}

function trimmed(part: string): string {
  return part.replace(/^[^\p{L}\p{N}"“‘']+|[\s\p{Pd}*_~#+&]+$/gu, '')
}

function isHarmless(part: string): boolean {
  if (!/[\p{L}\p{N}]/u.test(part) || TWO_ALPHABETS.test(part) || /\p{M}{4}/u.test(part)) return false
  const plain = part.normalize('NFKC').replace(SHORT_FORM, '$1 ')
  const letters = plain.normalize('NFKD').replace(/\p{M}/gu, '').replaceAll('ı', 'i')
  const digits = plain.match(/\p{N}/gu)?.length ?? 0
  return digits <= DIGITS_MAX && !SIGNS.some((sign) => sign.test(plain) || sign.test(letters))
}

function shortened(name: string): string {
  const letters = [...new Intl.Segmenter('en').segment(name)].map(({ segment }) => segment)
  if (letters.length <= SHOWN_MAX_CHARACTERS) return name
  const start = letters.slice(0, SHOWN_MAX_CHARACTERS - 1).join('')
  const wholeWords = start.replace(/[\s,]+\S*$/u, '')
  return `${wholeWords || start}…`
}
