import type { Received } from '../support/fake-postmark.ts'
import type { Processes } from './processes.ts'

/** One copy of an email as it reached Postmark. */
export interface Copy {
  emailId: string
  to: string
  /** Postmark has it, whether or not its answer arrived. */
  isTaken: boolean
  messageId: string | null
  link: string | null
  isInvitation: boolean
}

export function everyCopy(processes: Processes): Copy[] {
  return processes.apps.flatMap(({ postmark }) => postmark.received.map(copyOf))
}

export function copyOf({ answer, messageId, body }: Received): Copy {
  const { email_id: emailId = '' } = (body.Metadata ?? {}) as unknown as Record<string, string>
  const link = /\S+\/(join|reset-password)\/\S+/.exec(body.TextBody ?? '')
  return {
    emailId,
    to: body.To ?? '',
    isTaken: answer === 'accepted' || answer === 'cut after the headers',
    messageId,
    link: link?.[0] ?? null,
    isInvitation: link?.[1] === 'join',
  }
}
