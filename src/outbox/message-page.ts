import type { FastifyReply } from 'fastify'
import type { Message } from '../emails/message.ts'

/** Splits text so that every second part is a link. */
const LINK = /(https?:\/\/\S+)/

/** Links in the frame open in the whole page, and only when clicked. */
const SANDBOX = 'allow-popups allow-popups-to-escape-sandbox allow-top-navigation-by-user-activation'
const EMAIL_POLICY = `default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; frame-ancestors 'self'; sandbox ${SANDBOX}`

export type ShownMessage = ReturnType<typeof messageWords>

/** What the page of an email shows of it. */
export function messageWords(message: Message) {
  return { message, from: message.from, pieces: message.text.split(LINK), sandbox: SANDBOX }
}

/** Just the HTML, for the frame in that page. */
export function sendHtml(reply: FastifyReply, message: Message): FastifyReply {
  // A sandboxed page has no origin, and browsers complain about Origin-Agent-Cluster.
  return reply
    .removeHeader('origin-agent-cluster')
    .headers({ 'content-security-policy': EMAIL_POLICY, 'x-frame-options': 'SAMEORIGIN' })
    .type('text/html; charset=utf-8')
    .send(message.html.replace('<head>', '<head>\n<base target="_top">'))
}
