import { labels } from './labels.ts'

/** The pages on which something could not be done. */
export const errors = {
  home: 'Go to the home page',
  notFound: {
    title: 'Page not found',
    text: 'This page doesn’t exist, or you don’t have access to it.',
  },
  noClinicHere: {
    title: 'There’s no clinic at this address',
    text: 'Check the address for typos, or use the link in an email from your clinic.',
    find: labels.findClinic,
  },
  forbidden: {
    title: 'You don’t have access to this page',
    text: 'Your role doesn’t include it. If you need access, ask an administrator at your clinic.',
  },
  foreignOrigin: {
    title: 'This form didn’t come from Frontdesk',
    text: labels.nothingChanged,
  },
  outOfDate: {
    title: 'This page is out of date',
    text: labels.nothingChanged,
  },
  unavailable: {
    title: 'Frontdesk is busy right now',
    text: 'Try again in a few seconds. If you just submitted a form, check whether it went through first.',
  },
  failed: {
    title: 'Something went wrong',
    text: (requestId: string) =>
      `Something went wrong on our side. We’ve logged it (reference ${requestId}). Try again in a moment.`,
  },
  refused: { title: 'That didn’t work' },
  tooLarge: {
    title: 'This form is too large',
    text: 'The limit is 32 KB. Shorten it and try again.',
  },
  otherFormat: {
    title: 'This form couldn’t be submitted',
    text: 'Submit it from its own page.',
  },
  unreadable: {
    title: 'We couldn’t read this request',
    text: labels.nothingChanged,
  },
  brokenLink: 'This link isn’t valid.',
}
