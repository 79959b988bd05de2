import { Errors, Models, ServerClient } from 'postmark'
import type { Config } from '../config.ts'
import type { Id } from '../database/schema.ts'
import type { Mailer, Message, Outcome } from './message.ts'
import { metadataOf } from './metadata.ts'

const TIMEOUT_SECONDS = 10

const CONFIGURATION_CODES: Record<number, string> = {
  10: 'Postmark does not accept the server token.',
  400: 'Postmark does not know the sender address.',
  401: 'The sender address is not confirmed at Postmark yet.',
  402: 'Postmark does not understand what arrives there; a proxy on the way may change it.',
  405: 'The Postmark account may not send any more email.',
  412: 'The Postmark account is not approved yet.',
  413: 'The Postmark account may not send email.',
  1235: 'The Postmark server has no message stream called “outbound”.',
}
const PERMANENT_CODES: Record<number, string> = {
  300: 'The mail provider does not accept the email address.',
  403: 'The mail provider does not accept the email.',
  406: 'The address is blocked, because an earlier email to it bounced or was marked as spam.',
  409: 'The mail provider does not accept the email.',
  410: 'The mail provider does not accept the email.',
  411: 'The mail provider does not accept the email.',
}
const INACTIVE_RECIPIENT = 406
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i
const ONE_EMAIL = /^[^\s,;:<>()"]+@[^\s,;:<>()"]+$/

/** @throws at startup, not at the first email, if the token or POSTMARK_API_URL is invalid */
export function postmarkMailer(config: Config, timeoutSeconds = TIMEOUT_SECONDS): Mailer {
  const client = new ServerClient(config.postmarkServerToken ?? '', {
    ...apiHost(config.postmarkApiUrl),
    timeout: timeoutSeconds,
    // The client would send the token wherever a redirect points.
    fetch: (input, init) => fetch(input, { ...init, redirect: 'error' }),
  })
  return async (emailId, message) => {
    if (!ONE_EMAIL.test(message.to)) return { state: 'permanent', reason: PERMANENT_CODES[300] as string }
    try {
      return acceptance(await client.sendEmail(postmarkMessage(config, emailId, message)))
    } catch (error) {
      return refusal(error)
    }
  }
}

function apiHost(apiUrl: string | null): { useHttps?: boolean; requestHost?: string } {
  if (!apiUrl) return {}
  const url = new URL(apiUrl)
  return { useHttps: url.protocol === 'https:', requestHost: url.host + url.pathname.replace(/\/+$/, '') }
}

function postmarkMessage(config: Config, emailId: Id, message: Message): Models.Message {
  return {
    From: message.from,
    To: message.to,
    ReplyTo: message.replyTo,
    Subject: message.subject,
    HtmlBody: message.html,
    TextBody: message.text,
    MessageStream: 'outbound',
    TrackOpens: false,
    TrackLinks: Models.LinkTrackingOptions.None,
    Metadata: metadataOf(config, emailId),
  }
}

// A 200 alone proves nothing: the client returns a proxy's HTML as a string and an empty body as {}.
function acceptance(answer: Partial<Models.MessageSendingResponse> | string | null): Outcome {
  const body = typeof answer === 'object' ? answer : null
  if (body?.ErrorCode === 0 && typeof body.MessageID === 'string' && UUID.test(body.MessageID)) {
    return { state: 'sent', messageId: body.MessageID }
  }
  return { state: 'retry', reason: 'The mail provider gave an answer that could not be understood.' }
}

// Only our own words and numbers are kept: Postmark's could repeat the link.
function refusal(error: unknown): Outcome {
  if (!(error instanceof Errors.PostmarkError) || error.statusCode === 0) {
    return { state: 'retry', reason: 'The mail provider could not be reached, or did not answer in time.' }
  }
  const { code, statusCode } = error
  if (statusCode === 401) return { state: 'configuration', reason: CONFIGURATION_CODES[10] as string }
  if (statusCode === 422) {
    const ours = code === 300 && /'From'/i.test(error.message) ? 400 : code
    if (CONFIGURATION_CODES[ours]) return { state: 'configuration', reason: CONFIGURATION_CODES[ours] }
    const reason = PERMANENT_CODES[code]
    if (reason) return { state: 'permanent', reason, blocked: code === INACTIVE_RECIPIENT }
  }
  return { state: 'retry', reason: `The mail provider answered with status ${statusCode}, code ${code}.` }
}
