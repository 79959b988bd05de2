/** The email provider refuses every email until this is fixed. */
export const outages = {
  tokenRefused: 'Postmark doesn’t accept the server token.',
  senderUnknown: 'The sender address isn’t set up in Postmark.',
  senderUnconfirmed: 'The sender address isn’t confirmed in Postmark yet.',
  requestGarbled: 'Postmark couldn’t read the request (is a proxy changing it?).',
  accountLimited: 'The Postmark account can’t send any more email.',
  accountPending: 'The Postmark account isn’t approved yet.',
  accountClosed: 'The Postmark account can’t send email.',
  streamMissing: 'The Postmark server has no message stream called “outbound”.',
}

/** Why an email wasn’t sent, or hasn’t been sent yet. */
export const emailFailures = {
  ...outages,

  // The email provider refuses this one, or gives no answer
  recipientRefused: 'The email provider doesn’t accept the email address.',
  emailRefused: 'The email provider doesn’t accept the email.',
  recipientBlocked: 'The address is blocked, because an earlier email bounced or was marked as spam.',
  unreachable: 'The email provider couldn’t be reached, or didn’t answer in time.',
  answerGarbled: 'The email provider’s answer couldn’t be read.',
  answered: ({ status, code }: { status: number; code: number }) =>
    `The email provider answered with status ${status}, code ${code}.`,

  // It’s no longer needed
  nothingToSay: 'No longer needed.',
  deactivated: 'The person was deactivated before it was sent.',
  accessMoved: 'The person’s last day was changed before it was sent.',
  recipientManagesNoMore: 'The recipient can no longer manage this person.',
  accessEnded: 'The person’s access had ended.',
  joined: 'The person had already joined.',
  notClosing: 'The clinic isn’t being deleted any more.',
  noOwner: 'The recipient is no longer an owner.',
  clinicMade: 'The clinic was set up before it was sent.',
  invitationGone: 'The invitation no longer exists.',
  invitationClosed: 'The invitation was cancelled or replaced before it was sent.',
  invitationExpired: 'The invitation expired before it could be sent.',
  inviterDeactivated: 'The person who sent the invitation was deactivated.',
  inviterLostRight: 'The person who sent the invitation can no longer send it.',
  requestGone: 'The request no longer exists.',
  requestAnswered: 'A new invitation was sent first.',
  recipientLostRight: 'The recipient can no longer send this invitation.',
  changeGone: 'The change no longer exists.',
  changeConfirmed: 'The address was confirmed before it was sent.',
  changeCancelled: 'The change was cancelled before it was sent.',
  passwordChosen: 'The password was chosen before it was sent.',
  accountChanged: 'The person or their password changed before it was sent.',
  linkExpired: 'The link expired before it could be sent.',
} as const

export type OutageCode = keyof typeof outages
export type EmailFailureCode = keyof typeof emailFailures
