/** The email that reminds a manager of somebody’s last day. */
export const accessEmails = {
  ends: ({ person, clinic, day }: { person: string; clinic: string; day: string }) =>
    `${person}’s access to ${clinic} ends after ${day}. After that day, they can’t sign in.`,
  change: 'If they stay longer, change “Access until” here:',
  asPlanned: 'If they leave as planned, you don’t need to do anything.',
  youAdded: 'You’re receiving this because you added them.',
  adderGone:
    'You’re receiving this because whoever added them can no longer change it. You’ll get one of these emails a week before the last day, and one on the day before.',
}
