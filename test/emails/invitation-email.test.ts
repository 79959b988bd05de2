import t from 'tap'
import { deliverDueEmails } from '../../src/emails/deliver.ts'
import type { Message } from '../../src/emails/message.ts'
import { invitationEmail } from '../../src/invitations/invitation-email.ts'
import { testDatabase } from '../support/database.ts'
import { startPostmark } from '../support/postmark-stand-in.ts'
import { emailRow, invite, postmarkConfig, recordedLog, testConfig, type Words } from './fixtures.ts'

const { db } = await testDatabase(t)
const config = testConfig()

const HOSTILE = [
  '<a href=//evil.example>x</a>',
  '<a href="https://evil.example">sign in here</a>',
  '"><a href=https://evil.example>',
  "' onmouseover='alert(1)",
  '<img src=https://evil.example/pixel.gif>',
  '</title></style><script src=//evil.example></script>',
  'Visit https://evil.example',
  'Visit HTTPS://EVIL.EXAMPLE/login now',
  'evil.example/login',
  'www.evil.example',
  'mailto:thief@evil.example',
  'thief@evil.example',
  'evil。example or evil．example or evil｡example',
  'https：／／evil．example',
  'evil.\u200dexample',
  'evil\u200b.\u200bexample',
  '\\\\evil.example\\share',
  'javascript:alert(1)',
  'http://127.0.0.1/',
  'http://evil',
  'Line\r\nBcc: thief@evil.example',
  'Line\n\nhttps://evil.example\n',
  '\u202egnitseretni elpmaxe.live\u202c',
  '\u2066evil.example\u2069\u2028next',
  '\u0007\u001b[2J\ud800',
  '&lt;b&gt; &amp; &#x68;ttps://evil.example',
  '<% it.joinUrl %> {{joinUrl}} <%~ it.joinUrl %>',
  'x'.repeat(10_000),
  '"'.repeat(10_000),
  '👩‍⚕️'.repeat(3_000),
  'https://evil.example/'.repeat(500),
  'evil.'.repeat(2_000),
]

async function mailWith(words: Words): Promise<Message> {
  const { emailId } = await invite(db, words)
  const message = await invitationEmail(db, config, await emailRow(db, emailId))
  if (!message) throw new Error('There is no message')
  return message
}

function attributes(html: string): string[] {
  const tags = html.match(/<[^>]*>/g)?.join(' ') ?? ''
  return [...tags.matchAll(/\b(?:href|src|action|background)\s*=\s*["']?([^"'\s>]*)/gi)].map(
    ([, at]) => at ?? '',
  )
}

function visibleText(html: string): string {
  const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" }
  return html
    .replace(/<(style|title)>.*?<\/\1>/gs, '')
    .replace(/<\/?(strong|a)\b[^>]*>/g, '')
    .replace(/<[^>]*>/g, ' ')
    .replace(/&(amp|lt|gt|quot|#39);/g, (_, name) => entities[name] ?? '')
}

/** What an eager mail program would make a link of: a scheme, a share, an address, or words joined by dots. */
function linksIn(text: string): string[] {
  const eager = [
    /\p{L}[\p{L}\d+-]*[:：][^\s:]\S*/giu,
    /\\\\\S+/g,
    /[^\s<>]+[@＠]\S+/g,
    /[\p{L}\p{N}\p{Cf}_-]+([.。．｡․][\p{L}\p{N}\p{Cf}_-]+)+\S*/gu,
  ]
  const links = eager
    .flatMap((pattern) => text.match(pattern) ?? [])
    .map((link) => link.replace(/[.,]+$/, ''))
  return [...new Set(links)]
    .filter((link) => !links.some((other) => other !== link && other.includes(link)))
    .sort()
}

function ownLinks(message: Message): string[] {
  const join = /https:\/\/frontdesk\.example\/join\/\S+/.exec(message.text)?.[0] ?? ''
  return [join, 'https://frontdesk.example/sign-in']
}

function collapsed(text: string): string {
  return text.replace(/\s+/g, ' ').trim()
}

t.test('the invitee reads who invited them to what, as what, until when, and whom to ask', async (t) => {
  const { html, text, subject, to, replyTo } = await mailWith({
    recipient: 'maya@x.example',
    isPractitioner: true,
  })
  t.equal(subject, 'Your invitation to Frontdesk')
  t.equal(to, 'maya@x.example')
  t.match(replyTo, /^jordan\d+@harbour\.example$/)
  for (const content of [collapsed(text), collapsed(visibleText(html))]) {
    t.match(content, 'Jordan Ellis has invited you to join Harbour Street Physiotherapy')
    t.match(content, 'Your role: Receptionist. Books appointments')
    t.match(content, 'Practitioner: Yes.')
    t.match(content, /valid until \w+day \d+ \w+ \d{4} at \d+:\d\d [ap]m AE[DS]T\./)
    t.match(content, 'sign in with maya@x.example at https://frontdesk.example/sign-in')
    t.match(content, `Ask Jordan Ellis at ${replyTo}`)
  }
})

t.test('HTML and plain text say the same', async (t) => {
  for (const isPractitioner of [true, false]) {
    const { html, text } = await mailWith({ isPractitioner })
    const shown = collapsed(visibleText(html))
    const paragraphs = text.trim().split(/\n\n+/).map(collapsed)
    t.ok(paragraphs.length > 8)
    for (const paragraph of paragraphs) t.ok(shown.includes(paragraph.replace(/:$/, '')), paragraph)
    t.same(linksIn(visibleText(html)), linksIn(text))
  }
})

t.test('only our own links are in it, and no picture, whoever is named how', async (t) => {
  for (const [number, hostile] of HOSTILE.entries()) {
    const message = await mailWith({ clinic: hostile, inviter: [hostile, hostile], invitee: hostile })
    const name = `name ${number}`
    const own = ownLinks(message)
    t.same(attributes(message.html), own, `anchors of ${name}`)
    const allowed = [...own, message.to, message.replyTo].sort()
    t.same(linksIn(message.text), allowed, `text of ${name}`)
    t.same(linksIn(visibleText(message.html)), allowed, `HTML of ${name}`)
    t.notMatch(message.html, /<(img|script|iframe|form|link|object|svg|base)\b/i)
    t.notMatch(message.text + message.html, /(?![\n\u200d])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u)
    const lines = [...message.html.split('\n'), ...message.text.split('\n')]
    t.ok(Math.max(...lines.map((line) => Buffer.byteLength(line))) < 998, `line length of ${name}`)
    t.notMatch(`${message.subject}${message.to}${message.replyTo}`, /[\r\n,;]/)
    t.equal(message.subject, 'Your invitation to Frontdesk')
  }
})

t.test('ordinary names are left as they are', async (t) => {
  const { text } = await mailWith({
    clinic: "St. Mary's – Physio & Chiro/Massage",
    inviter: ['Zoë-Ann', "O'Neill نرگس‌خانم"],
  })
  t.match(
    collapsed(text),
    "Zoë-Ann O'Neill نرگس‌خانم has invited you to join St. Mary's – Physio & Chiro/Massage",
  )
})

t.test('a hostile name reaches Postmark as one request to one person with the fixed subject', async (t) => {
  const postmark = await startPostmark()
  t.teardown(() => postmark.stop())
  await db.deleteFrom('emails').execute()
  const inviter: [string, string] = ['Line\r\nBcc: thief@evil.example', 'x']
  await invite(db, { inviter, clinic: 'A\r\nSubject: Pay now', recipient: 'one@x.example' })
  await deliverDueEmails({ db, config: postmarkConfig(postmark.url), log: recordedLog() })
  t.match(postmark.received, [
    { answer: 'accepted', body: { To: 'one@x.example', Subject: 'Your invitation to Frontdesk' } },
  ])
  t.notOk(postmark.received[0]?.body.Bcc)
})
