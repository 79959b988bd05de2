import { counted } from '../numbers.ts'
import { labels } from './labels.ts'

type Days = { days: number }
type At = { at: string }
type Clinic = { clinic: string }

/** Deleting a clinic with everything in it, and taking its data along. */
export const closing = {
  title: labels.deleteClinic,
  open: 'What deleting the clinic means',
  lead: ({ days }: Days) =>
    `Everyone keeps their access for ${counted(days, 'day', 'days')}, and any owner can change their mind. Then everything is deleted for good: people, invitations and activity.`,
  exportFirst: 'Export everything first',
  typedName: 'Type the clinic’s name',
  typedNameHint: ({ clinic }: Clinic) => `To make sure that you mean this clinic: ${clinic}`,
  enterName: 'Type the clinic’s name.',
  button: labels.deleteClinic,
  consequence: ({ days }: Days) =>
    `Everything will be deleted in ${counted(days, 'day', 'days')}. All owners will be told by email now, and again a week and a day before.`,
  done: ({ days }: Days) =>
    `The clinic will be deleted in ${counted(days, 'day', 'days')}. All owners have been told by email.`,
  banner: ({ at }: At) => `This clinic and everything in it will be deleted on ${at}.`,
  undo: 'Keep the clinic',
  undoLead: 'Until then, any owner can keep it.',
  kept: 'The clinic won’t be deleted.',
  email: {
    text: ({ clinic, at }: Clinic & At) =>
      `${clinic} will be deleted from Frontdesk on ${at}, with all its people and activity. An owner asked for this. Nobody can restore it afterwards.`,
    undo: 'If that’s a mistake, or you’ve changed your mind, keep it here:',
    export: 'To keep a copy of everything, export it here:',
    asPlanned: 'Otherwise, you don’t need to do anything.',
  },
  export: {
    title: 'Export everything',
    open: 'Take all of the clinic’s data along',
    lead: 'One file with everything Frontdesk knows about the clinic, which another Frontdesk can read.',
    what: labels.what,
    whatValue: 'People, phone numbers, invitations, settings, emails and activity',
    consequence: `${labels.fileIsSaved} It holds passwords in a form that can’t be read, and no way to sign in.`,
    button: 'Export',
  },
  label: {
    lead: 'Everyone at the clinic signs in here:',
    title: labels.changeHost,
    changeLead:
      'Everyone signs in again at the new address. For a year, the old one leads there, so bookmarks and links in emails keep working.',
    passkeys:
      'Passkeys belong to the old address, so whoever has one makes another. Apps with codes keep working.',
    consequence: 'Everyone is signed out. The old address leads to the new one for a year.',
    done: { title: 'The web address has changed', text: 'Sign in here from now on:' },
  },
}
