import { labels } from './labels.ts'

type Change = { requester: string; clinic: string; oldEmail: string; newEmail: string }

/** The emails about a new address: links at the new one, notices at the old one. */
export const emailChangeEmails = {
  asked: ({ requester, clinic, newEmail }: Change) =>
    `${requester} asked to change your sign-in address for ${clinic} to ${newEmail}.`,
  confirm: labels.confirmEmail,
  confirmUntil: (moment: string) =>
    `The link works once, until ${moment}. Sign in with your current address to confirm; it stays active until then.`,

  requested: ({ requester, clinic, oldEmail, newEmail }: Change) =>
    `${requester} asked to change your address at ${clinic} from ${oldEmail} to ${newEmail}.`,
  cancelUntil: (moment: string) =>
    `The change takes effect when the new address is confirmed, by ${moment} at the latest. Until then you can cancel it under My details.`,
  cancel: 'Cancel it and tell an administrator at your clinic.',

  changed: ({ clinic, oldEmail, newEmail, moment }: Change & { moment: string }) =>
    `Your address at ${clinic} was changed from ${oldEmail} to ${newEmail} on ${moment}. Sign in with the new one. Your other devices have been signed out.`,
  tell: 'Tell an administrator at your clinic now.',

  lost: ({ requester, clinic, oldEmail }: Change) =>
    `${requester}, an administrator of ${clinic}, was told that you no longer read ${oldEmail} and can’t sign in.`,
  choose: ({ newEmail }: Change) =>
    `Choose a new password here, and you’ll sign in with ${newEmail} from then on:`,
  button: labels.choosePassword,
  works: ({ from, until }: { from: string | null; until: string }) =>
    from
      ? `The link works once, from ${from} until ${until}, and is for you alone.`
      : `The link works once, until ${until}, and is for you alone.`,
  ignore: 'Delete this email. Nothing changes unless the link is used.',

  linkSent: ({ newEmail, moment }: Change & { moment: string }) =>
    `A link to choose a new password was sent to ${newEmail} on ${moment}.`,
  worksFrom: (moment: string | null) =>
    `It works ${moment ? `from ${moment}` : 'now'}. Once it’s used, you’ll no longer sign in with this address.`,
  stop: 'Stop it now:',
  keep: 'Keep my address',
  thenTell: 'Then tell an administrator at your clinic.',
}
