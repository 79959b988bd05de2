import { plainDay } from '../dates.ts'

type Name = { name: string }

/** What is said of the days on which somebody has access. */
export const accessRefusals = {
  lastLastingAdministrator: ({ name }: Name) =>
    `${name} is the only administrator whose access doesn’t end. Make someone else an administrator first.`,
  ownerHasNoDates: ({ name }: Name) => `${name} is an owner, and an owner’s access has no first or last day.`,
  datesBeforeOwner: ({ name }: Name) =>
    `${name}’s access has a first or last day, and an owner’s has neither. Clear both dates first.`,
  ownAccessDates: 'Ask another administrator to change your access dates.',
  datesNeedPassword: 'Changing when somebody has access requires your password.',
  reactivateEnded: ({ name, day }: Name & { day: string }) =>
    `${name}’s access ended after ${plainDay(day)}. Edit “Access until” first: enter a later day, or clear it.`,
  invitesNoEnded: ({ name, day }: Name & { day: string }) =>
    `${name}’s access ended after ${plainDay(day)}, so no invitation can be sent.`,
  noAccessToday: ({ name }: Name) => `${name} has no access today, so they can’t sign in.`,
  accessNotBegun: ({ accessFrom }: { accessFrom: string | null }) =>
    `Your access hasn’t started yet. You can sign in from ${plainDay(accessFrom ?? '')}.`,
  accessEnded: ({ accessUntil }: { accessUntil: string | null }) =>
    `Your access ended after ${plainDay(accessUntil ?? '')}. If you still need it, ask an administrator at your clinic.`,
}
