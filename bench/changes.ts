import type { Keys } from '../src/config/keys.ts'
import { linkToken } from '../src/emails/links.ts'
import { Browser, hidden } from './browser.ts'
import type { Question } from './questions.ts'
import { hostOf, PASSWORD, type Visit } from './visit.ts'

const JOIN_PASSWORD = 'quiet harbour lantern'

/** What verifies or sets a password. */
export function changes(app: string, linkKeys: Keys): Question[] {
  const guests = new Map<Visit, Browser>()
  let serial = 0

  /** A browser that nobody has signed in with; its connection stays. */
  function guestOf(visit: Visit): Browser {
    const guest = guests.get(visit) ?? new Browser(app, hostOf(visit.clinic, app))
    guests.set(visit, guest)
    guest.cookies.clear()
    return guest
  }

  return [
    {
      name: 'add user: password verified, created',
      hashes: true,
      async ask(visit) {
        serial += 1
        const person = { firstName: 'Nora', lastName: 'Lindgren', personEmail: `nora${serial}@added.example` }
        const work = { role: 'receptionist', isPractitioner: 'no', timeZone: 'Australia/Melbourne' }
        const lastLook = await visit.app.post('/settings/users', { ...person, ...work })
        const signedForm = hidden(lastLook, 'signedForm')
        return visit.app.post('/settings/users', { signedForm, currentPassword: PASSWORD })
      },
    },
    {
      name: 'join: password created',
      hashes: true,
      async ask(visit) {
        const guest = guestOf(visit)
        const invitation = visit.invitations.pop()
        if (!invitation) throw new Error('Nobody is left to join.')
        await guest.get(`/join/${linkToken(linkKeys, 'invitation', invitation)}`)
        return guest.post('/join', { password: JOIN_PASSWORD })
      },
    },
    {
      name: 'sign in',
      hashes: true,
      ask(visit) {
        serial += 1
        const email = visit.emails[serial % visit.emails.length] ?? ''
        return guestOf(visit).post('/sign-in', { email, password: PASSWORD })
      },
    },
  ]
}
