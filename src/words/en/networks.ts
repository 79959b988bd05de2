import { labels } from './labels.ts'

type Name = { name: string }

/** From where people can use Frontdesk. */
export const networks = {
  title: 'Networks',
  open: 'Choose from where people can sign in',
  lead: 'Some roles can be limited to the clinic’s own internet connections. Passwords are needed there all the same.',
  you: 'We see you at the address',
  youUnseen: labels.unseenIp,
  trustProxy:
    'If that isn’t yours, don’t limit anyone yet: the person who runs Frontdesk must set TRUST_PROXY first (docs/proxy.md).',
  list: 'The clinic’s networks',
  listHint:
    'Addresses such as 203.0.113.7 or 2001:db8::7, or networks such as 203.0.113.0/24. If a connection has IPv4 and IPv6, list both. Clear a row to remove it; save to add more rows, up to 50.',
  network: 'Address or network',
  label: 'Label',
  ofRow: (row: number) => ` of row ${row}`,
  error: (row: number) => `Error in row ${row}: `,
  roles: 'Only from the clinic’s networks',
  rolesHint: 'Owners can always sign in from anywhere, and so can people whose page says so.',
  save: labels.saveChanges,
  saved: 'The clinic’s networks have been saved.',
  heading: 'Change from where people can sign in',
  consequence:
    'People with these roles will be able to use Frontdesk only from these networks. Anyone who is elsewhere now will be stopped at their next click.',
  consequenceOff: 'Everyone will be able to sign in from anywhere.',
  none: 'None',
  labelled: ({ network, label }: { network: string; label: string }) => `${network} (${label})`,
  nobody: 'Nobody',

  elsewhere: {
    title: 'You can’t use Frontdesk from here',
    text: (clinicName: string) =>
      `${clinicName} lets your role use Frontdesk only from the clinic’s networks.`,
    address: 'The address you’re at is',
    unseen: labels.unseenIp,
    help: 'An administrator at your clinic can help: they can add this address, or let you sign in from anywhere.',
    stays: 'You’re still signed in. Back on the clinic’s network, go on where you were.',
  },

  anywhere: {
    label: 'May sign in from anywhere',
    allow: 'Allow sign-in from anywhere',
    limit: 'Limit to the clinic’s networks',
    allowing: ({ name }: Name) => `Allow ${name} to sign in from anywhere`,
    limiting: ({ name }: Name) => `Limit ${name} to the clinic’s networks`,
    consequence: ({ name }: Name) => `${name} will be able to use Frontdesk from any network.`,
    consequenceOff: ({ name }: Name) =>
      `${name} will be able to use Frontdesk only from the clinic’s networks, as others with this role.`,
    allowed: ({ name }: Name) => `${name} may now sign in from anywhere.`,
    limited: ({ name }: Name) => `${name} is now limited to the clinic’s networks.`,
  },
}
