import type { ServerResponse } from 'node:http'

/** How the fake can answer; the names say what the real API or the network would have done. */
export type Answer =
  | 'accepted'
  | 'inactive recipient'
  | 'invalid request'
  | 'invalid sender'
  | 'bad token'
  | 'unknown sender'
  | 'unconfirmed sender'
  | 'invalid JSON'
  | 'account pending'
  | 'inactive server'
  | 'rate limit'
  | 'server error'
  | 'maintenance'
  | 'redirect'
  | 'garbage'
  | 'empty'
  | 'accepted without id'
  | 'cut before the answer'
  | 'cut after the headers'
  | 'silence'

const REFUSALS: Partial<Record<Answer, [status: number, code: number, message: string]>> = {
  'inactive recipient': [422, 406, 'You tried to send to recipient(s) that have been marked as inactive.'],
  'invalid request': [422, 300, "Error parsing 'To': Illegal email address."],
  'invalid sender': [422, 300, "Error parsing 'From': Illegal email address."],
  'bad token': [401, 10, 'No Account or Server API tokens were supplied in the HTTP headers.'],
  'unknown sender': [422, 400, "The 'From' address you supplied is not a Sender Signature on your account."],
  'account pending': [422, 412, 'Your account is pending approval.'],
  'unconfirmed sender': [422, 401, 'The Sender Signature for this From address has not been confirmed.'],
  'invalid JSON': [422, 402, 'Invalid JSON.'],
  'inactive server': [422, 413, 'Your server is not allowed to send.'],
  'rate limit': [429, 429, 'Rate limit exceeded.'],
  'server error': [500, 500, 'Internal server error.'],
  maintenance: [503, 100, 'Offline for maintenance.'],
}

interface Reply {
  answer: Answer
  messageId: string | null
  to: string
  elsewhere: string
}

export function respond(response: ServerResponse, { answer, messageId, to, elsewhere }: Reply): void {
  const refusal = REFUSALS[answer]
  if (refusal) json(response, refusal[0], { ErrorCode: refusal[1], Message: refusal[2] })
  else if (answer === 'accepted') accept(response, messageId, to)
  else if (answer === 'accepted without id') accept(response, null, to)
  else if (answer === 'redirect') response.writeHead(307, { location: `${elsewhere}/email` }).end()
  else if (answer === 'garbage') response.end('<!doctype html><title>Welcome to the hotel network</title>')
  else if (answer === 'empty') response.end()
  else if (answer === 'cut before the answer') response.destroy()
  else if (answer === 'cut after the headers') {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': '500' })
    response.write('{"ErrorCode":0,', () => response.destroy())
  }
}

export function accept(response: ServerResponse, messageId: string | null, to: string): void {
  const answer = { To: to, SubmittedAt: new Date().toISOString(), ErrorCode: 0, Message: 'OK' }
  json(response, 200, messageId ? { ...answer, MessageID: messageId } : answer)
}

function json(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}
