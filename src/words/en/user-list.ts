import { counted, number } from '../numbers.ts'
import { labels } from './labels.ts'

/** The page Users & practitioners. */
export const userList = {
  lead: ({ practitioners, others }: { practitioners: number; others: number }) =>
    `${counted(practitioners, 'practitioner', 'practitioners')} (billed), ${number(others)} other staff (free)`,
  import: labels.importUsers,
  alone: { title: 'It’s just you so far', button: 'Add your first colleague' },
  aloneText: 'They’ll get an email with a link, create their own password, and appear in this list.',
  search: 'Search',
  searchHint: 'Name, email or phone number',
  filter: labels.filter,
  status: 'Status',
  needsAttention: labels.needsAttention,
  noSecondStep: 'No second step',
  leavingSoon: (days: number) => `Leaving soon (within ${days} days)`,
  dormant: (days: number) => `Not signed in for ${days} days`,
  notDeactivated: 'All except deactivated',
  any: 'Any',
  practitioners: 'Practitioners',
  notPractitioners: 'Not practitioners',
  showEveryone: labels.showEveryone,
  found: (count: number) => `${counted(count, 'person', 'people')} found`,
  foundMore: (count: number) => `More than ${number(count)} people found`,
  none: ({ search, isFiltered }: { search: string; isFiltered: boolean }) => {
    if (!search) return 'No one matches these filters.'
    return isFiltered ? `No one matches “${search}” with these filters.` : `No one matches “${search}”.`
  },
  deactivated: { text: 'Deactivated people aren’t included.', link: 'Search deactivated people' },
  emptyPage: { text: 'There’s no one on this page.', link: 'Back to the first page' },
  caption: (sort: string) => `Users and practitioners, ${sort}`,
  bestFirst: (sort: string) => `best matches first, then ${sort}`,
  sorted: {
    name: 'sorted by last name',
    '-name': 'sorted by last name, from Z to A',
    'last-sign-in': 'sorted by last sign-in, oldest first',
    '-last-sign-in': 'sorted by last sign-in, most recent first',
  },
  export: {
    button: labels.exportCsv,
    heading: 'Export users and practitioners',
    consequence: labels.fileIsSaved,
    who: 'Who',
    filter: labels.filter,
    what: labels.what,
    columns: 'Names, email addresses, phone numbers, security roles, status, last sign-in',
    utc: 'Last sign-in (UTC)',
  },
}
