import { counted } from '../numbers.ts'
import { labels } from './labels.ts'

/** What is the same on every form and list. */
export const forms = {
  problem: 'There is a problem',
  error: 'Error: ',
  cancel: 'Cancel',
  checkAnswer: 'Check your answer.',
  tooLong: ({ limit }: { limit: number }) => `Use at most ${limit} characters.`,
  oneAnswer: 'Choose one answer.',
  openAgain: 'Open the form again.',
  chooseFromList: labels.chooseFromList,
  atMost: (characters: number) => `Use at most ${characters} characters.`,
  unknownField: (field: string) => `This form has no field called “${field}”.`,
  changed: {
    lead: 'Someone else changed this while you were editing. It now says:',
    yours: 'Your changes are below and haven’t been saved. Saving will overwrite theirs.',
  },
  kept: 'We’ve kept what you typed. It hasn’t been submitted yet.',
  showPassword: { show: 'Show', hide: 'Hide', what: ' password' },
  pages: { label: 'Pages', previous: 'Previous', next: 'Next' },
  nothing: 'nothing',
  newTab: '(opens in a new tab)',
  step: (step: number, of: number) => `Step ${step} of ${of}`,
  people: (count: number) => counted(count, 'person', 'people'),
}
