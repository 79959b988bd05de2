/** What is said of a clinic wherever its name is asked for. */
export const clinics = {
  name: 'Clinic name',
  enterName: 'Enter the clinic’s name.',
}
