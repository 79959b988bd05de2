const BLOCK_REASONS = {
  bounce: 'an earlier email bounced',
  complaint: 'an earlier email was marked as spam',
  refused: 'an earlier email bounced or was marked as spam',
  other: 'the email provider blocked it',
}

export type BlockCode = keyof typeof BLOCK_REASONS

/** Why nothing can be sent to an address, and what helps. */
export function blocked({ email, reason }: { email: string; reason: BlockCode }): string {
  return `We can’t email ${email} because ${BLOCK_REASONS[reason]}. Correct the address; resending won’t help.`
}
