type Clinic = { clinic: string }

/** What is said of a clinic wherever its name is asked for, and at its door. */
export const clinics = {
  name: 'Clinic name',
  enterName: 'Enter the clinic’s name.',
  label: 'Web address',
  suspended: {
    title: 'This clinic is suspended',
    text: ({ clinic }: Clinic) =>
      `The people who run Frontdesk have suspended ${clinic}. Nobody can sign in, and nothing has been deleted.`,
    reason: 'Reason:',
  },
}
