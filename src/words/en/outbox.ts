import { number } from '../numbers.ts'
import { emailStates } from './email-states.ts'
import { labels } from './labels.ts'

const { states } = emailStates

/** Email that isn’t sent, and previews of all of it. */
export const outbox = {
  title: 'Captured email',
  lead: 'No Postmark token is set, so email isn’t sent. Read it here instead.',
  previewsLink: 'Previews of every email',
  empty: 'No email yet. Add a user and their invitation will appear here.',
  emptyPage: 'There’s no email on this page.',
  addUser: labels.addUser,
  caption: 'Captured email, newest first',
  columns: { to: 'To', kind: 'Kind', status: 'Status' },
  older: 'Older',
  previews: {
    title: 'Previews',
    lead: 'A preview of every email Frontdesk sends, with sample people. Links don’t work.',
    state: 'A sample',
  },
  email: {
    from: 'From',
    to: 'To',
    replyTo: 'Reply to',
    status: 'Status',
    html: 'HTML',
    frame: 'The email as HTML',
    text: 'Plain text',
  },
  notSent: ({ at, why }: { at: string; why: string }) => `Not sent, ${at}. ${why}`,
  sent: ({ state, at }: { state: 'sent' | 'captured' | 'queued'; at: string }) => `${states[state]} ${at}`,
  tried: ({ times, next, why }: { times: number; next: string; why: string }) =>
    `Tried ${times === 1 ? 'once' : `${number(times)} times`}, next ${next}. ${why}`.trim(),
}
