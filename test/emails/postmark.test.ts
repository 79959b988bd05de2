import { postmarkMailer } from '../../src/emails/postmark.ts'
import { type Answer, FAKE_TOKEN, type Received, startFakePostmark } from '../support/fake-postmark.ts'
import t from '../support/tap.ts'
import { postmarkConfig, testConfig } from './fixtures.ts'

const MESSAGE = {
  from: '"Harbour Street" <hello@frontdesk.example>',
  to: 'maya@harbour.example',
  replyTo: 'jordan@harbour.example',
  subject: 'Your invitation to Frontdesk',
  html: '<p>Hello</p>',
  text: 'Hello',
}
const IMPATIENT_SECONDS = 0.3

const postmark = await startFakePostmark()
t.teardown(() => postmark.stop())

t.test('an email reaches Postmark without tracking, from us, with the inviter to reply to', async (t) => {
  const outcome = await postmarkMailer(postmarkConfig(postmark.url))('42', MESSAGE)
  const { token, body, messageId } = postmark.received.at(-1) as Received
  t.same(outcome, { state: 'sent', messageId })
  t.equal(token, FAKE_TOKEN)
  t.match(body, {
    From: '"Harbour Street" <hello@frontdesk.example>',
    To: 'maya@harbour.example',
    ReplyTo: 'jordan@harbour.example',
    Subject: 'Your invitation to Frontdesk',
    HtmlBody: '<p>Hello</p>',
    TextBody: 'Hello',
    MessageStream: 'outbound',
    TrackOpens: false,
    TrackLinks: 'None',
    Metadata: { email_id: '42', signature: /^[A-Za-z0-9_-]{43}$/ },
  })
})

const STATES: Record<string, Answer[]> = {
  permanent: ['inactive recipient', 'invalid request'],
  configuration: [
    'bad token',
    'unknown sender',
    'invalid sender',
    'unconfirmed sender',
    'invalid JSON',
    'account pending',
    'inactive server',
  ],
  retry: [
    'rate limit',
    'server error',
    'maintenance',
    'redirect',
    'garbage',
    'empty',
    'accepted without id',
    'cut before the answer',
    'cut after the headers',
    'silence',
  ],
}
for (const [state, answers] of Object.entries(STATES)) {
  for (const answer of answers) {
    t.test(`the answer "${answer}" means ${state}`, async (t) => {
      postmark.answerNext(answer)
      const outcome = await postmarkMailer(postmarkConfig(postmark.url), IMPATIENT_SECONDS)('1', MESSAGE)
      t.equal(postmark.received.at(-1)?.answer, answer, 'the fake was asked')
      t.match(outcome, {
        state,
        [state === 'configuration' ? 'outage' : 'failure']:
          state === 'configuration' ? String : { code: String },
      })
      t.notMatch(JSON.stringify(outcome), FAKE_TOKEN)
    })
  }
}

t.test('a redirect takes the token nowhere', async (t) => {
  postmark.answerNext('redirect')
  await postmarkMailer(postmarkConfig(postmark.url))('1', MESSAGE)
  t.same(postmark.leakedTokens, [])
})

t.test('a wrong token is our configuration', async (t) => {
  const config = testConfig({ POSTMARK_SERVER_TOKEN: 'not the token', POSTMARK_API_URL: postmark.url })
  t.match(await postmarkMailer(config)('1', MESSAGE), { state: 'configuration', outage: 'tokenRefused' })
})

t.test('a server that is not there is tried again', async (t) => {
  const gone = await startFakePostmark()
  await gone.stop()
  t.match(await postmarkMailer(postmarkConfig(gone.url))('1', MESSAGE), { state: 'retry' })
})

t.test('a recipient that is a list is never handed on', async (t) => {
  const before = postmark.received.length
  for (const to of ['a@b.example, c@d.example', 'A <a@b.example>', 'a@b.example\r\nBcc: c@d.example', '']) {
    t.match(await postmarkMailer(postmarkConfig(postmark.url))('1', { ...MESSAGE, to }), {
      state: 'permanent',
    })
  }
  t.equal(postmark.received.length, before)
})
