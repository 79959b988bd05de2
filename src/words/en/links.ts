/** What is the same behind every link in an email. */
export const links = {
  unknown: {
    title: 'This link doesn’t work',
    text: 'Open the link in your email again. If you copied it, check that it’s complete. Cookies must be enabled.',
  },
  signInAs: 'You’ll sign in as',
  usableUntil: (moment: string) => `This link works until ${moment}.`,
  signOutAndContinue: 'Sign out and continue',
  staySignedInAs: ({ firstName }: { firstName: string }) => `Stay signed in as ${firstName}`,
  signedInAs: ({ firstName, lastName }: { firstName: string; lastName: string }) =>
    `You’re signed in as ${`${firstName} ${lastName}`.trim()}`,
}
