import { labels } from './labels.ts'

type Limit = { limit: number }

/** Typing a password, choosing one, and showing with it who you are. */
export const passwords = {
  label: 'Password',
  newLabel: 'New password',
  currentLabel: 'Current password',
  signedInAs: 'You’re signed in as',
  enter: 'Enter a password.',
  enterYours: labels.enterPassword,
  incorrect: 'Incorrect password.',
  rules: ({ limit }: Limit): readonly string[] => [
    `At least ${limit} characters: four or five unrelated words are easy to remember.`,
    'You can use letters, numbers, symbols and spaces.',
    'Avoid common passwords and your name, email address or clinic name.',
  ],
  sessionEnded: 'Your session has ended. Sign in again.',
  pressAgain: 'You’d been signed out, so nothing was done. Press the button again.',
}
