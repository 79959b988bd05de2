import type { Message } from '../../src/emails/message.ts'
import { invitationEmail } from '../../src/invitations/invitation-email.ts'
import { testDatabase } from '../support/database.ts'
import { startFakePostmark } from '../support/fake-postmark.ts'
import { deliverDueEmails } from '../support/outbox.ts'
import t from '../support/tap.ts'
import { emailRow, invite, postmarkConfig, recordedLog, testConfig, type Words } from './fixtures.ts'
import { attributes, collapsed, HOSTILE, linksIn, visibleText } from './read-message.ts'

const { db } = await testDatabase(t)
const config = testConfig()

async function emailWith(words: Words): Promise<Message> {
  const { emailId } = await invite(db, words)
  const message = await invitationEmail(db, config, await emailRow(db, emailId), config.publicUrl)
  if (!message) throw new Error('There is no message')
  return message
}

function ownLinks(message: Message): string[] {
  const join = /https:\/\/frontdesk\.localhost\/join\/\S+/.exec(message.text)?.[0] ?? ''
  return [join, 'https://frontdesk.localhost/sign-in']
}

t.test('the invitee reads who invited them to what, as what, until when, and whom to ask', async (t) => {
  const { html, text, subject, from, to, replyTo } = await emailWith({
    recipient: 'maya@x.example',
    isPractitioner: true,
  })
  t.equal(subject, "You're invited to join Harbour Street Physiotherapy")
  t.equal(from, '"Harbour Street Physiotherapy" <hello@frontdesk.example>')
  t.equal(to, 'maya@x.example')
  t.match(replyTo, /^jordan\d+@harbour\.example$/)
  for (const content of [collapsed(text), collapsed(visibleText(html))]) {
    t.match(content, 'Jordan Ellis has invited you to join Harbour Street Physiotherapy')
    t.match(content, 'Your role: Receptionist. Books appointments')
    t.match(content, 'Practitioner: Yes.')
    t.match(content, /valid until \w+day \d+ \w+ \d{4} at \d+:\d\d [ap]m AE[DS]T\./)
    t.match(content, 'sign in with maya@x.example at https://frontdesk.localhost/sign-in')
    t.match(content, `Ask Jordan Ellis at ${replyTo}`)
  }
})

t.test('HTML and plain text say the same', async (t) => {
  for (const isPractitioner of [true, false]) {
    const { html, text } = await emailWith({ isPractitioner })
    const shown = collapsed(visibleText(html))
    const paragraphs = text.trim().split(/\n\n+/).map(collapsed)
    t.ok(paragraphs.length > 8)
    for (const paragraph of paragraphs) t.ok(shown.includes(paragraph.replace(/:$/, '')), paragraph)
    t.same(linksIn(visibleText(html)), linksIn(text))
  }
})

t.test('only our own links are in it, and no picture, whoever is named how', async (t) => {
  for (const [number, hostile] of HOSTILE.entries()) {
    const message = await emailWith({ clinic: hostile, inviter: [hostile, hostile], invitee: hostile })
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
    t.notMatch(`${message.to}${message.replyTo}`, /[\r\n,;]/)
    t.match(message.subject, /^(Your invitation to Frontdesk|You're invited to join .{1,40})$/u)
    t.same(linksIn(message.subject), [])
  }
})

t.test('ordinary names are left as they are', async (t) => {
  const { text } = await emailWith({
    clinic: "St. Mary's – Physio & Chiro/Massage",
    inviter: ['Zoë-Ann', "O'Neill نرگس‌خانم"],
  })
  t.match(
    collapsed(text),
    "Zoë-Ann O'Neill نرگس‌خانم has invited you to join St. Mary's – Physio & Chiro/Massage",
  )
})

t.test('a hostile name reaches Postmark as one request to one person with the plain subject', async (t) => {
  const postmark = await startFakePostmark()
  t.teardown(() => postmark.stop())
  await db.deleteFrom('emails').execute()
  const inviter: [string, string] = ['Line\r\nBcc: thief@evil.example', 'x']
  await invite(db, { inviter, clinic: 'Pay £500 now\r\nSubject: Click here', recipient: 'one@x.example' })
  await deliverDueEmails({ db, config: postmarkConfig(postmark.url), log: recordedLog() })
  t.match(postmark.received, [
    {
      answer: 'accepted',
      body: {
        From: 'Frontdesk <hello@frontdesk.example>',
        To: 'one@x.example',
        Subject: 'Your invitation to Frontdesk',
      },
    },
  ])
  t.notOk(postmark.received[0]?.body.Bcc)
})
