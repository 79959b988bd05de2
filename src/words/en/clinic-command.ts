import { utcMinute } from '../dates.ts'
import { counted } from '../numbers.ts'

type Name = { name: string }

interface Summary {
  label: string
  name: string
  createdAt: Date
  practitioners: number
  administrative: number
  usersMax: number | null
  invitationsDailyMax: number | null
  suspendReason: string | null
  closesAt: Date | null
  lastSignInAt: Date | null
  emailsWaiting: number
  emailsFailed: number
}

/** What `npm run clinic` says to whoever runs an installation with several. */
export const clinicCommand = {
  usage: `npm run clinic -- list
npm run clinic -- show LABEL
npm run clinic -- invite EMAIL                 a link to set up a clinic goes to that address
npm run clinic -- suspend LABEL REASON         nobody gets in, and no email leaves
npm run clinic -- resume LABEL
npm run clinic -- limit LABEL PEOPLE INVITATIONS   how many people, and invitations a day; “none” for no limit
npm run clinic -- end LABEL                    deleted in 30 days; its owners are told
npm run clinic -- keep LABEL                   not deleted after all
npm run clinic -- export LABEL [FILE]          everything of it in one file, for npm run restore
npm run clinic -- move LABEL --to DATABASE_URL    to another installation with the same SECRET
npm run clinic -- drop LABEL                   what stayed here of a clinic that was moved`,
  unknown: ({ label }: { label: string }) => `There is no clinic ${label}.`,
  onlyOne: 'There is one clinic here. Set CLINICS=many to have several.',
  reasonMissing: 'Say why: the reason is shown to whoever comes to the clinic’s address.',
  invited: ({ email }: { email: string }) => `A link to set up a clinic is on its way to ${email}.`,
  asBefore: ({ name }: Name) => `${name}: nothing to change.`,
  suspended: ({ name }: Name) => `${name} is suspended. Everyone has been signed out.`,
  resumed: ({ name }: Name) => `${name} is open again.`,
  ended: ({ name }: Name) => `${name} will be deleted in 30 days. Its owners are being told by email.`,
  kept: ({ name }: Name) => `${name} will not be deleted.`,
  limited: ({
    name,
    usersMax,
    invitationsDailyMax,
  }: Name & Pick<Summary, 'usersMax' | 'invitationsDailyMax'>) =>
    `${name}: ${usersMax ?? 'any number of'} people, ${invitationsDailyMax ?? 'any number of'} invitations a day.`,
  exported: ({ rows, file }: { rows: number; file: string }) =>
    `${rows} rows are in ${file}. SECRET isn’t in it: with another one, people choose new passwords.`,
  list: (clinics: Summary[]) =>
    [
      ...clinics.map((clinic) => {
        const people = counted(clinic.practitioners + clinic.administrative, 'person', 'people')
        const state = clinic.suspendReason ? ', suspended' : clinic.closesAt ? ', to be deleted' : ''
        return `${clinic.label}  ${clinic.name}, ${people}${state}`
      }),
      counted(clinics.length, 'clinic', 'clinics'),
    ].join('\n'),
  shown: (clinic: Summary) =>
    [
      `${clinic.name} (${clinic.label}), since ${utcMinute(clinic.createdAt)} UTC`,
      `People         ${clinic.practitioners} practitioners, ${clinic.administrative} other staff; at most ${clinic.usersMax ?? 'any number'}`,
      `Last sign-in   ${clinic.lastSignInAt ? `${utcMinute(clinic.lastSignInAt)} UTC` : 'never'}`,
      `Email          ${clinic.emailsWaiting} waiting, ${clinic.emailsFailed} failed in a week; invitations a day at most ${clinic.invitationsDailyMax ?? 'any number'}`,
      ...(clinic.suspendReason ? [`Suspended      ${clinic.suspendReason}`] : []),
      ...(clinic.closesAt ? [`To be deleted  ${utcMinute(clinic.closesAt)} UTC`] : []),
    ].join('\n'),
}
