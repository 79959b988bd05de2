import { counted, number } from '../numbers.ts'
import { USER_FIELDS } from '../user-fields.ts'
import { forms } from './forms.ts'
import { labels } from './labels.ts'
import { layout } from './layout.ts'

type Count = { count: number }

const { people } = forms

/** Import users: from a list to invitations. */
export const imports = {
  title: labels.importUsers,
  users: layout.users,
  cancel: 'Cancel',
  choose: 'Choose',
  yes: 'Yes',
  no: 'No',
  row: ({ row }: { row: number }) => `Row ${row}`,

  start: {
    lead: ({ most }: { most: string }) =>
      `Import up to ${most} people from a spreadsheet. You’ll review the list before anyone is invited.`,
    paste: 'Paste from a spreadsheet',
    pasteHint: ({ headings }: { headings: string }) =>
      `Copy the rows with their headings, such as ${headings}. If there are no headings, we’ll ask what each column holds.`,
    file: 'Or choose a CSV file',
    fileHint: 'At most 2 MB. In Excel: Save as, “CSV UTF-8”.',
    template: labels.template,
    role: 'Default security role',
    roleHint: ({ roles }: { roles: string }) => `Rows can say ${roles}.`,
    practitioner: 'Default for practitioner',
    practitionerHint: 'Rows can say Yes or No. You’re billed for practitioners; everyone else is free.',
    askForEach: 'Ask for each row',
    button: 'Review',
    previous: 'Previous imports',
    kept: ({ hours, days }: { hours: number; days: number }) =>
      `Drafts are kept for ${hours} hours and only you can see them. Results are kept for ${days} days.`,
    fileLost: 'You were signed out while this list was being sent. Choose the file again.',
    draft: ({ waiting }: { waiting: number }) => `Draft: ${people(waiting)}`,
    running: ({ done, of }: { done: number; of: number }) => `In progress: ${number(done)} of ${number(of)}`,
    done: ({ isStopped, added, not }: { isStopped: boolean; added: number; not: number }) =>
      `${isStopped ? 'Stopped' : 'Done'}: ${number(added)} added, ${number(not)} not added`,
  },

  columns: {
    title: 'Which column is which?',
    lead: 'We couldn’t tell from your list. Choose what each column holds. No one has been invited yet.',
    label: ({ at, heading }: { at: number; heading: string }) =>
      heading ? `Column ${at}: ${heading}` : `Column ${at}`,
    examples: ({ examples }: { examples: string }) => `For example: ${examples}`,
    empty: 'This column is empty.',
    ignore: 'Ignore this column',
    button: 'Continue',
    fromList: labels.chooseFromList,
    whichIsEmail: 'Choose which column holds the email addresses.',
    answerNeeded: 'Choose what this column holds, or ignore it.',
    answeredTwice: ({ at }: { at: number }) =>
      `You’ve chosen this for column ${at}. Choose something else, or ignore it.`,
  },

  review: {
    title: 'Review the list',
    ready: ({ count }: Count) => `${people(count)} ready`,
    wrong: ({ count }: Count) => `${counted(count, 'needs', 'need')} attention`,
    skipped: ({ count }: Count) => `${number(count)} skipped`,
    doubtful: ({ count }: Count) => `${number(count)} worth a second look`,
    lead: ({ counts }: { counts: readonly string[] }) => `${counts.join(', ')}. No one has been invited yet.`,
    encoding:
      'This file isn’t UTF-8, so we read it as an older Windows file (Latin-1). Check any accented names, or save it as “CSV UTF-8” and choose it again.',
    ignored: ({ headings }: { headings: readonly string[] }) =>
      `Ignored ${headings.length === 1 ? 'column' : 'columns'}: ${headings.join(', ')}.`,
    changeRow: 'Change one row',
    attention: labels.needsAttention,
    skipHere: ({ count }: Count) =>
      `Skip ${people(count)} who already ${count === 1 ? 'has an account' : 'have accounts'}`,
    skipWrong: ({ count }: Count) =>
      count === 1
        ? 'Skip the row that needs attention'
        : `Skip all ${number(count)} rows that need attention`,
    more: ({ count }: Count) => `${counted(count, 'more row', 'more rows')} to fix after these.`,
    save: 'Save and check again',
    readyTitle: ({ count }: Count) => `Ready: ${people(count)}`,
    readyCaption: 'People who are ready to be added',
    name: 'Name',
    phones: USER_FIELDS.phoneNumbers.label,
    phone: 'Phone',
    isPractitioner: ({ profession }: { profession: string }) => `Yes, ${profession}`,
    skippedTitle: ({ count }: Count) => `Skipped: ${people(count)}`,
    skippedRow: ({ row, who }: { row: number; who: string }) => `Row ${row}: ${who || 'Empty row'}`,
    afterFixing: 'When every row is fixed, you’ll verify your password and everyone will be added.',
    add: ({ count }: Count) => `Add ${people(count)}`,
    discard: 'Discard import',
    discarded: 'Import discarded. No one was added.',
    meant: ({ meant }: { meant: string }) => `Did you mean ${meant}? If not, leave it as it is.`,
    use: ({ meant }: { meant: string }) => `Use ${meant}`,
    listSays: ({ message, typed }: { message: string; typed: string }) =>
      `${message} The list says “${typed}”.`,
    openAgain: 'Open the list again.',
  },

  fields: {
    legend: ({ row, name }: { row: number; name: string }) => (name ? `Row ${row}: ${name}` : `Row ${row}`),
    whose: ({ row }: { row: number }) => `row ${row}`,
    otherPhonesHint: 'For example, Work (03) 9123 4567, Home +61 3 9123 4568',
    sameTimeZone: ({ timeZone }: { timeZone: string }) => `Same as mine (${timeZone})`,
    skip: 'Skip',
    skipWhich: ({ row }: { row: number }) => ` row ${row}`,
  },

  confirmation: {
    heading: ({ count, clinic }: Count & { clinic: string }) => `Add ${people(count)} to ${clinic}`,
    consequence: 'Each person will get an account and an invitation by email.',
    billed: 'Billed',
    practitioners: ({ count }: Count) => counted(count, 'practitioner', 'practitioners'),
    free: 'Free',
    others: ({ count }: Count) => counted(count, 'other staff member', 'other staff'),
    holders: ({ count, names }: Count & { names: string }) => `${number(count)}: ${names}`,
    andMore: ({ names, count }: Count & { names: string }) => `${names} and ${number(count)} more`,
  },

  run: {
    adding: ({ count }: Count) => `Adding ${people(count)}`,
    stopped: 'Stopped',
    done: 'Done',
    progress: ({ done, total }: { done: number; total: number }) =>
      `${number(done)} of ${people(total)} done`,
    leave: 'You can leave this page; the import continues in the background.',
    stopRefreshing: 'Stop refreshing this page',
    refresh: 'Refresh this page',
    stop: 'Stop adding people',
    outcome: ({ added, not, stop }: { added: number; not: number; stop: string }) =>
      `${people(added)} added and invited${not ? `, ${number(not)} not added` : ''}. ${stop}`.trim(),
    stoppedBy: ({ name }: { name: string }) => `${name} stopped it.`,
    rightLost: ({ name }: { name: string }) => `${name} can no longer add users.`,
    startedOn: ({ moment }: { moment: string }) => `Started on ${moment}.`,
    download: 'Download results (CSV)',
    kept: ({ days }: { days: number }) => `(kept for ${days} days)`,
    notAddedTitle: ({ count }: Count) => `Not added: ${people(count)}`,
    notAddedCaption: 'People who were not added, and why',
    addedTitle: ({ count }: Count) => `Added: ${people(count)}`,
    addedCaption: 'People who were added',
    why: 'Why',
    rowColumn: 'Row',
    resultColumn: 'Result',
    skipped: ({ count }: Count) => `${people(count)} ${count === 1 ? 'was' : 'were'} skipped.`,
    invited: 'See everyone who is invited',
    results: { added: 'Added', 'not added': 'Not added', skipped: 'Skipped', waiting: 'Waiting' },
    stoppedBefore: 'The import was stopped before this row.',
  },
}
