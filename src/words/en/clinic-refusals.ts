type Name = { name: string }

/** What is said of a clinic's end, its limits and its address, by the code that `Refusal` carries. */
export const clinicRefusals = {
  typeClinicName: ({ name }: Name) => `Type the clinic’s name: ${name}`,
  tooManyUsers: ({ limit }: { limit: number }) =>
    `Your clinic can have ${limit} people. Deactivate someone, or ask the person who runs Frontdesk for more.`,
  tooManyInvitations: ({ limit }: { limit: number }) =>
    `Your clinic can send ${limit} invitations a day, and has. Try again tomorrow, or ask the person who runs Frontdesk for more.`,
  labelCharacters: 'Use only lower-case letters, numbers and hyphens.',
  labelLength: ({ min, max }: { min: number; max: number }) => `Use ${min} to ${max} characters.`,
  labelHyphens: 'Don’t begin or end with a hyphen, or have two after the second letter.',
  labelTaken: 'This web address is taken. Choose another one.',
}
