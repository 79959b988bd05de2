import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { postmarkMailer } from '../../src/emails/postmark.ts'
import t from '../support/tap.ts'
import { UNTRUSTED_CERTIFICATE, UNTRUSTED_KEY } from '../support/untrusted-certificate.ts'
import { postmarkConfig } from './fixtures.ts'

t.test('a server that merely calls itself Postmark hears neither the token nor a link', async (t) => {
  const heard: unknown[] = []
  const server = createServer({ cert: UNTRUSTED_CERTIFICATE, key: UNTRUSTED_KEY }, (request, response) => {
    heard.push(request.headers)
    response.end('{"ErrorCode":0,"MessageID":"00000000-0000-4000-8000-000000000000"}')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => server.close())
  const { port } = server.address() as AddressInfo
  const outcome = await postmarkMailer(postmarkConfig(`https://localhost:${port}`))('1', {
    from: 'hello@frontdesk.example',
    to: 'maya@harbour.example',
    replyTo: 'jordan@harbour.example',
    subject: 'Your invitation to Frontdesk',
    html: '<p>Hello</p>',
    text: 'Hello',
  })
  t.match(outcome, { state: 'retry' })
  t.same(heard, [])
})
