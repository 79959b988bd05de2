import { answers } from '../words/en/answers.ts'
import { unseenProblem } from '../words/typed-text.ts'

const MAX_LENGTH = 254
const MAX_MAILBOX_LENGTH = 64

/** What Postmark accepts as one address: atoms separated by single dots, then a domain name. */
const ATOM = "[a-z0-9!#$%&'*+/=?^_`{|}~-]+"
const LABEL = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?'
const EMAIL = new RegExp(`^${ATOM}(?:\\.${ATOM})*@(?:${LABEL}\\.)+[a-z]{2,63}$`, 'i')

/** What's wrong with an email address. The form handles empty ones. */
export function emailProblem(text: string): string | null {
  if (text === '') return null
  if (/\P{ASCII}/u.test(text)) {
    return unseenProblem(text) ?? answers.email.accents
  }
  const isTooLong = text.length > MAX_LENGTH || text.indexOf('@') > MAX_MAILBOX_LENGTH
  if (isTooLong || !EMAIL.test(text)) {
    return answers.email.format
  }
  return null
}

const COMMON_DOMAINS = [
  ...['gmail.com', 'hotmail.com', 'outlook.com', 'yahoo.com', 'icloud.com', 'bigpond.com'],
  ...['bigpond.net.au', 'hotmail.com.au', 'outlook.com.au', 'yahoo.com.au', 'optusnet.com.au'],
  ...['hotmail.co.uk', 'yahoo.co.uk', 'btinternet.com'],
]
const REAL_NEIGHBOURS = ['mail.com', 'ymail.com', 'email.com', 'fmail.com']

/** The address that was probably meant: anna@hotmail.com for anna@homtail.com. */
export function likelyTypo(email: string): string | null {
  const at = email.lastIndexOf('@') + 1
  const domain = email.slice(at).toLowerCase()
  if (COMMON_DOMAINS.includes(domain) || REAL_NEIGHBOURS.includes(domain)) return null
  const meant = COMMON_DOMAINS.find((common) => isOneSlipAway(domain, common))
  return meant ? email.slice(0, at) + meant : null
}

/** One letter missing, added or wrong, or two neighbours swapped. */
function isOneSlipAway(typed: string, meant: string): boolean {
  let start = 0
  while (start < meant.length && typed[start] === meant[start]) start++
  const [left, right] = [typed.slice(start), meant.slice(start)]
  const swapped = `${left[1] ?? ''}${left[0] ?? ''}${left.slice(2)}`
  return (
    left === right.slice(1) ||
    left.slice(1) === right ||
    left.slice(1) === right.slice(1) ||
    swapped === right
  )
}
