/** The page Verify your password, which says what is about to happen. */
export const verify = {
  title: 'Verify your password',
  password: 'Your password',
  change: 'Change',
  meant: {
    question: (email: string) => `Did you mean ${email}?`,
    otherwise: 'If the address below is correct, carry on.',
    button: (email: string) => `Use ${email}`,
  },
}
