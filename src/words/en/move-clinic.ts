type Name = { name: string }
type Label = { label: string }

/** Of a clinic that goes to another installation: what its visitors read meanwhile, and what the command says. */
export const moveWords = {
  onItsWay: 'It’s being moved to another machine, and will be back in a minute.',
  elsewhere: 'It has moved to another machine. Reload this page in a minute.',
  theCopy: 'The copy',
  otherVersion: 'Both installations must run the same version of Frontdesk.',
  unknown: ({ label }: Label) => `There is no clinic ${label}.`,
  notOpen: ({ name }: Name) => `${name} is suspended or about to be deleted, so it can’t be moved.`,
  labelTaken: ({ label }: Label) => `The other installation has a clinic ${label}, or had one.`,
  idTaken: 'Both installations give the same ids. Set another ID_RANGE for each before they have clinics.',
  differs: ({ table }: { table: string }) => `Nothing was moved: ${table} isn’t the same in the copy.`,
  moved: ({ name, rows, seconds }: Name & { rows: number; seconds: number }) =>
    `${name} has moved: ${rows} rows, ${seconds.toFixed(1)} s. Send its host to the other installation now. What is still here is closed; npm run clinic -- drop LABEL removes it.`,
  notMoved: ({ label }: Label) => `No clinic ${label} has been moved away from here.`,
  dropped: ({ rows, label }: Label & { rows: number }) => `${rows} rows of ${label} are gone from here.`,
}
