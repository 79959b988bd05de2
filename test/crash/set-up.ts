import { createOwned } from '../../src/set-up/set-up.ts'
import { until } from '../support/until.ts'
import { hidden } from './browser.ts'
import { everyCopy } from './post-office.ts'
import type { Processes } from './processes.ts'
import type { Member, Team } from './team.ts'

export const OWNER = { email: 'olivia@clinic.example', password: 'seven green parrots' }

/** Administrators, so that someone can act while another one is deactivated or signed out. */
const COLLEAGUES = ['adam@clinic.example', 'beth@clinic.example']

/** The first run, through the link that the first process printed. */
export async function setUp(processes: Processes, team: Team): Promise<void> {
  const link = /\S+\/setup\?code=\S+/.exec(processes.apps[0]?.server.stdout() ?? '')?.[0]
  if (!link) throw new Error('The first process printed no link')
  const owner = team.named(OWNER.email)
  const person = { firstName: 'Olivia', lastName: 'Hart', email: OWNER.email, password: OWNER.password }
  const clinic = { clinicName: 'Harbour Street Clinic', timeZone: 'Australia/Melbourne' }
  const code = new URL(link).searchParams.get('code') ?? ''
  const visit = await owner.browser.atBareHost().post('/setup', { code, ...clinic, ...person })
  if (visit.status !== 303) throw new Error(`No clinic: ${visit.status} ${visit.text}`)
  owner.passwords = [OWNER.password]
  for (const email of COLLEAGUES) await invite(owner, email)
  await Promise.all(COLLEAGUES.map((email) => join(processes, team, email)))
  await addNeighbour(processes)
}

/** Another clinic in the same tables, of which nothing may change whatever dies. */
async function addNeighbour(processes: Processes): Promise<void> {
  const names = { firstName: 'Hanna', lastName: 'Hill', email: 'hanna@hilltop.example' }
  const clinic = { clinicName: 'Hilltop Clinic', timeZone: 'Australia/Melbourne', passwordHash: 'none' }
  const operator = { ip: null, userAgent: null }
  await processes
    .db()
    .transaction()
    .execute((trx) => createOwned(trx, operator, { ...names, ...clinic }))
}

async function invite({ browser }: Member, personEmail: string): Promise<void> {
  const person = { firstName: 'Adam', lastName: 'Okafor', personEmail, role: 'administrator' }
  const work = { isPractitioner: 'no', timeZone: 'Australia/Melbourne' }
  const lastLook = await browser.post('/settings/users', { ...person, ...work })
  const verifying = { signedForm: hidden(lastLook, 'signedForm'), currentPassword: OWNER.password }
  const visit = await browser.post('/settings/users', verifying)
  if (visit.status !== 303) throw new Error(`No colleague: ${visit.status} ${visit.text}`)
}

async function join(processes: Processes, team: Team, email: string): Promise<void> {
  const invitation = await until(`the invitation of ${email} arrives`, () =>
    everyCopy(processes).find((copy) => copy.to === email && copy.isTaken),
  )
  const person = team.named(email)
  await person.browser.get(invitation.link ?? '')
  const visit = await person.browser.post('/join', { password: OWNER.password })
  if (visit.status !== 303) throw new Error(`${email} could not join: ${visit.status} ${visit.text}`)
  person.passwords = [OWNER.password]
}
