import { formatClock } from '../dates.ts'
import { counted, number } from '../numbers.ts'
import { accessRefusals } from './access-refusals.ts'
import { clinicRefusals } from './clinic-refusals.ts'
import { blocked } from './email-states.ts'
import { labels } from './labels.ts'

type Clock = { at: Date; timeZone: string }
type Name = { name: string }
type Length = { limit: number; length: number }

/** What is said where a rule was not kept, by the code that `Refusal` carries. */
export const refusals = {
  ...accessRefusals,
  ...clinicRefusals,

  // Who may do what
  noLongerAllowed: 'You no longer have permission to do this.',
  ownersOnly: ({ name }: Name) => `${name} is an owner. Only another owner can do this.`,
  lastAdministrator: ({ name }: Name) =>
    `${name} is the only administrator. Make someone else an administrator first.`,
  lastOwner: ({ name }: Name) => `${name} is the only owner. Make someone else an owner first.`,
  ownerIsAdministrator: ({ name }: Name) => `${name} is an owner, and owners are administrators.`,
  roleNotAssignable: 'You can’t assign this role.',
  roleNeedsPassword: 'Changing a role requires your password.',
  onlyOwnersMakeOwners: 'Only an owner can make someone an owner.',
  alreadyOwner: ({ name }: Name) => `${name} is already an owner.`,
  notAdministrator: ({ name }: Name) => `${name} must be an active administrator first.`,
  notOwner: 'You are not an owner.',
  securityReserved: 'Your security role doesn’t let you change this.',
  idleNeedsPassword: 'Changing the session time-out requires your password.',
  alreadySetUp: 'This clinic is already set up.',

  // The clinic's networks
  notANetwork: 'Enter an address such as 203.0.113.7, or a network such as 203.0.113.0/24.',
  networkTooWide:
    'This network is so wide that it limits nobody. Ask whoever looks after your internet connection for the clinic’s own.',
  networkHasHostBits: ({ network }: { network: string }) =>
    `An address with this length is part of a network. Did you mean ${network}?`,
  networkTwice: ({ row }: { row: number }) => `Row ${row} already has this network.`,
  networkLabelMissing: 'Enter a label, such as Front office.',
  networkMissing: 'Enter an address or network, or clear the label.',
  networksMissing: 'Enter at least one network, or nobody with these roles could sign in.',
  networksChanged: 'Someone else changed this while you were editing.',
  shutsYouOut: ({ ip }: { ip: string }) =>
    `This would shut you out: you’re at ${ip}, which isn’t in the clinic’s networks.`,
  shutsYouOutUnseen: 'This would shut you out, because we can’t see the address you’re at.',

  // A user and their state
  userChanged: 'Someone else changed this person’s details while you were editing.',
  ownDetailsChanged: 'Your details were changed in another tab or by someone else.',
  notActive: ({ name }: Name) => `${name} hasn’t joined yet, or is deactivated.`,
  alreadyDeactivated: ({ name }: Name) => `${name} is already deactivated.`,
  notDeactivated: ({ name }: Name) => `${name} is not deactivated.`,
  deactivateOneself: 'Ask another administrator to deactivate your account.',

  // Email addresses
  emailTaken: ({ name, userId }: Name & { userId: string }) => ({
    message: `${name} already has this email address.`,
    link: { text: `Open ${name}`, href: `/settings/users/${userId}` },
  }),
  emailOfDeactivated: ({ name, userId }: Name & { userId: string }) => ({
    message: `${name}, who is deactivated, has this email address. You can reactivate them, or free the address for someone else.`,
    link: { text: `Open ${name}`, href: `/settings/users/${userId}` },
  }),
  emailTakenBySomeone: 'Someone else at your clinic has this email address.',
  emailTakenInRow: ({ row }: { row: number }) => `Row ${row} already has this email address.`,
  emailUnchanged: 'That’s already the current address.',
  emailBlocked: blocked,
  emailFreed: 'Enter an email address. The old one now belongs to someone else.',
  emailInUse: ({ name, email }: Name & { email: string }) =>
    `${name} is not deactivated, and signs in with ${email}.`,
  emailAlreadyFree: ({ email }: { email: string }) => `${email} is already free.`,
  emailChangesTooOften: 'You can request a change once a minute, up to five times a day.',
  replaceOwnEmail: 'Change your own address under My details.',
  replaceOfDeactivated: ({ name }: Name) => `${name} is deactivated. Reactivate them first.`,
  replaceOfInvited: ({ name }: Name) => `${name} hasn’t joined yet. Correct the address on their invitation.`,
  noPhoneNumber: ({ name }: Name) => `${name} has no phone number on file to call.`,

  // Invitations and links
  joinedAlready: ({ name }: Name) => `${name} has already joined, so there’s no invitation to send.`,
  invitesNoDeactivated: ({ name }: Name) => `${name} is deactivated, so no invitation can be sent.`,
  nothingToCancel: ({ name }: Name) => `${name} has already joined, or is deactivated.`,
  invitationsToday: 'Five invitations have been sent in the last 24 hours.',
  invitationJustSent: 'An invitation was just sent.',
  linksToday: ({ name }: Name) => `Five links were sent to ${name} in the last 24 hours. Try again later.`,
  linkJustSent: ({ name }: Name) =>
    `A link was just sent to ${name}. You can send one a minute, up to five a day.`,
  signOutOneself: 'Sign out your own devices under My details.',
  linkForOneself: 'Change your own password under My details.',

  // Signing in
  wrongCredentials: 'Incorrect email address or password.',
  tooManyPasswords: ({ at, timeZone }: Clock) =>
    `Too many incorrect passwords. Try again at ${formatClock(at, timeZone)}.`,
  passwordNeedsReset: {
    message: 'Too many incorrect passwords. Reset your password to continue.',
    link: { text: labels.forgotten, href: '/forgot-password' },
  },
  tooManyRequests: ({ at, timeZone }: Clock) =>
    `Too many requests. Try again at ${formatClock(at, timeZone)}.`,

  triesAtOnce: 'Too many attempts at once. Wait a moment, then try again.',
  triesNeedReset: `Too many incorrect passwords. Sign out and choose “${labels.forgotten}” on the sign-in page.`,
  wrongPassword: 'Incorrect password. Nothing has been changed.',
  noPassword: labels.enterPassword,
  sessionEndedByTries: 'You’ve been signed out after five incorrect passwords.',

  // The second step
  wrongCode:
    'That code isn’t right. Enter the six digits that your app shows now. In the phone’s settings, the time must be set automatically.',
  codeUsed: 'That code has been used. Wait for the next one, which takes up to 30 seconds.',
  clockOff: ({ minutes }: { minutes: number }) =>
    `That code is from a phone whose clock is about ${counted(Math.abs(minutes), 'minute', 'minutes')} ${minutes > 0 ? 'fast' : 'slow'}. In the phone’s settings, set the time automatically, then try again.`,
  wrongRecoveryCode: 'That’s not one of your unused recovery codes.',
  tooManyCodes: ({ at, timeZone }: Clock) =>
    `Too many incorrect codes. Try again at ${formatClock(at, timeZone)}.`,
  codesNeedReset:
    'Too many incorrect codes. Ask an administrator at your clinic to reset your two-step sign-in.',
  noCode: labels.enterCode,
  passkeyRefused: 'That passkey couldn’t be used. Try again.',
  passkeyUnknown: 'That passkey isn’t known here, or it took too long. Try again, or use your password.',
  passkeyKnown: 'That passkey has already been added.',
  noSuchApp: 'This app has already been removed.',
  lastSecondStep: 'Your clinic requires two-step sign-in. Set up another app before you remove this one.',
  setUpYourOwn: 'Set up your own two-step sign-in before you require it of others.',
  ruleInThePast: 'Choose today or a later day.',
  noSecondStep: ({ name }: Name) => `${name} has no two-step sign-in to reset.`,
  resetOwnSecondStep: 'Change your own two-step sign-in under My details.',
  resetSoonAfterEmail: ({ name }: Name) =>
    `${name}’s email address has changed in the last 24 hours, or is about to. Ask an owner who didn’t make that change, or wait.`,
  setUpTimedOut: 'That took longer than 15 minutes. Start again.',

  // Choosing a password
  passwordTooShort: ({ limit, length }: Length) =>
    `Use at least ${limit} characters. This password has ${length}.`,
  passwordTooLong: ({ limit, length }: Length) =>
    `Use at most ${limit} characters. This password has ${length}.`,
  passwordCommon: 'This password is too easy to guess. Use four or five unrelated words.',
  passwordOwn: 'This password is based on your name, email address or clinic. Add unrelated words.',
  passwordUnchanged: 'Choose a password that’s different from your current one.',

  // Imports
  importStarted: 'This import has already started.',
  importChanged: 'The list has changed since you reviewed it. Review it again.',
  columnsUnnamed: 'Say which column is which first.',
  rowsNeedAttention: ({ rows }: { rows: number }) =>
    `${counted(rows, 'row needs', 'rows need')} attention. Fix or skip these rows.`,
  everyRowSkipped: 'Every row is skipped, so there’s no one to add.',
  importGaveUp: 'We tried several times without success. Add this person individually.',
  listEmpty: 'Paste a list of people, or choose a file.',
  listOnlyHeadings: 'There are no people below the headings.',
  listTooLarge: 'This list is larger than 2 MB. Remove unneeded columns or split it.',
  listTwice: 'Paste the people or choose a file, not both.',
  listTooLong: ({ people, most }: { people: number | null; most: number }) =>
    `This list has ${people === null ? `more than ${number(most)}` : number(people)} people. Add at most ${number(most)} at a time.`,
  listTooWide: ({ columns, most }: { columns: number; most: number }) =>
    `This list has ${columns} columns, and its headings don’t say which is which. You can sort out at most ${most} here: remove the others, or name the headings as in the template.`,
  listMostlyEmpty: 'Most rows of this list are empty. Remove the empty rows.',
  rowTooWide: ({ row, most }: { row: number; most: number }) => `Row ${row} has more than ${most} cells.`,
  rowUnreadable: ({ row }: { row: number }) => `Row ${row} can’t be read.`,
  rowTooLong: ({ row }: { row: number }) =>
    `Row ${row} is too long. Perhaps a quotation mark (") in it is never closed.`,
  quoteNotClosed: ({ row }: { row: number }) =>
    `Row ${row} has an opening quotation mark (") with no closing one.`,
  fileIsExcel: 'This file is an Excel workbook. Save it as CSV first.',
  fileIsOldExcel: 'This file is an old Excel workbook. Save it as CSV first.',
  fileIsPdf: 'This file is a PDF. Save it as CSV first.',
} as const
