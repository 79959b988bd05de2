import { senderOf, shownName } from '../../src/emails/shown-name.ts'
import t from '../support/tap.ts'
import { HOSTILE, linksIn } from './read-message.ts'

const AS_THEY_ARE = [
  'Harbour Street Clinic',
  "St. Mary's – Physio & Chiro",
  'Zoë’s Ärztehaus',
  '24 Hour Physio',
  'Клиника здоровья',
  '港街診所',
  'नमस्ते क्लिनिक',
  'The "Good" Clinic',
  'Payneham Physio',
  'Harbour Physio (North), Sydney',
  'J. R. Smith & Sons',
  'St.Mary’s',
  'Open Minds Psychology',
  'Hilltop Urgent Care',
  'Physio Now',
]

const WHAT_IS_LEFT: Record<string, string | null> = {
  'Harbour Street Clinic – Pay £500 now': 'Harbour Street Clinic',
  'Harbour Street Clinic, visit evil.example': 'Harbour Street Clinic',
  'Harbour Street Clinic: https://evil.example/login': 'Harbour Street Clinic',
  'Pay £500 now': null,
  'Pay 500 now': null,
  'Ｐａｙ now': null,
  '𝐏𝐚𝐲 us': null,
  'Páy us': null,
  'P\u200bay us': null,
  'Pаy us': null,
  '500 dollars': null,
  'Call us': null,
  'Urgent notice': null,
  '€20': null,
  'Call 0491 570 156': null,
  'Your password has expired': null,
  'evil.example': null,
  'evil. com': null,
  'bücher.example': null,
  'пример.рф': null,
  'xn--bcher-kva.example': null,
  'evil。example': null,
  'evil dot com': null,
  'thief@evil.example': null,
  '=?utf-8?q?Pay_now?=': null,
  '=?utf-8?b?UGF5IG5vdw==?=': null,
  '=\u200b?utf-8?q?Pay?=': null,
  'Clinic\r\nBcc: thief@evil.example': null,
  '\u202eevil': 'evil',
  '👩‍⚕️ Clinic 💰': 'Clinic',
  '👩‍⚕️💰': null,
  '1️⃣': '1',
  '!!!': null,
  '': null,
  'e\u0301\u0302\u0303\u0304\u0305\u0306 Clinic': null,
}

t.test('a clinic’s own name is shown as it is', async (t) => {
  for (const name of AS_THEY_ARE) t.equal(shownName(name), name)
})

t.test('what looks like a link, a sum or an order is taken out', async (t) => {
  for (const [name, left] of Object.entries(WHAT_IS_LEFT))
    t.equal(shownName(name), left, JSON.stringify(name))
})

t.test('no hostile name leaves a link, a line break or an invisible character', async (t) => {
  for (const hostile of HOSTILE) {
    const name = shownName(hostile) ?? ''
    t.same(linksIn(name), [])
    t.notMatch(name, /[\p{C}\p{Zl}\p{Zp}<>@\\:;]/u)
    t.ok([...name].length <= 40)
  }
})

t.test('a long name ends after a whole word, and never inside a letter', async (t) => {
  const name = 'The Harbour Street Clinic of Physiotherapy and Rehabilitation'
  t.equal(shownName(name), 'The Harbour Street Clinic of…')
  t.equal(shownName('x'.repeat(100)), `${'x'.repeat(39)}…`)
  t.equal(shownName('e\u0323\u0302'.repeat(100)), `${'ệ'.repeat(39)}…`)
})

t.test('the sender’s name is quoted, and the address is always ours', async (t) => {
  const sender = 'Frontdesk <hello@frontdesk.example>'
  t.equal(senderOf(sender, 'Harbour, Street'), '"Harbour, Street" <hello@frontdesk.example>')
  t.equal(senderOf(sender, 'The "Good" Clinic'), '"The ’Good’ Clinic" <hello@frontdesk.example>')
  t.equal(senderOf('hello@frontdesk.example', 'A'), '"A" <hello@frontdesk.example>')
  t.equal(senderOf(sender, null), sender)
  for (const hostile of HOSTILE)
    t.match(
      senderOf(sender, shownName(hostile)),
      /^(Frontdesk|"[^"\\<>@\p{C}]{1,40}") <hello@frontdesk\.example>$/u,
    )
})
