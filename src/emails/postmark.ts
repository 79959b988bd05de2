import { Errors, Models, ServerClient } from 'postmark'
import type { Config } from '../config.ts'
import type { EmailFailure, Id } from '../database/schema.ts'
import type { OutageCode } from '../words/en/email-failures.ts'
import { failure } from './failure.ts'
import type { Mailer, Message, Outcome } from './message.ts'
import { metadataOf } from './metadata.ts'

const TIMEOUT_SECONDS = 10

const OUTAGES: Record<number, OutageCode> = {
  10: 'tokenRefused',
  400: 'senderUnknown',
  401: 'senderUnconfirmed',
  402: 'requestGarbled',
  405: 'accountLimited',
  412: 'accountPending',
  413: 'accountClosed',
  1235: 'streamMissing',
}
const PERMANENT = new Map<number, EmailFailure>([
  [300, failure('recipientRefused')],
  [403, failure('emailRefused')],
  [406, failure('recipientBlocked')],
  [409, failure('emailRefused')],
  [410, failure('emailRefused')],
  [411, failure('emailRefused')],
])
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
    if (!ONE_EMAIL.test(message.to)) return { state: 'permanent', failure: failure('recipientRefused') }
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
  return { state: 'retry', failure: failure('answerGarbled') }
}

// Only our own words and numbers are kept: Postmark's could repeat the link.
function refusal(error: unknown): Outcome {
  if (!(error instanceof Errors.PostmarkError) || error.statusCode === 0) {
    return { state: 'retry', failure: failure('unreachable') }
  }
  const { code, statusCode } = error
  if (statusCode === 401) return { state: 'configuration', outage: 'tokenRefused' }
  if (statusCode === 422) {
    const outage = OUTAGES[code === 300 && /'From'/i.test(error.message) ? 400 : code]
    if (outage) return { state: 'configuration', outage }
    const permanent = PERMANENT.get(code)
    if (permanent) return { state: 'permanent', failure: permanent, blocked: code === INACTIVE_RECIPIENT }
  }
  return { state: 'retry', failure: { code: 'answered', values: { status: statusCode, code } } }
}
