import type { House } from './house.ts'
import type { People } from './people.ts'

export const OWNER = { email: 'olivia@clinic.example', password: 'seven green parrots' }

/** The first run, through the link that the first process printed. */
export async function moveIn(house: House, people: People): Promise<void> {
  const link = /\S+\/setup\?code=\S+/.exec(house.apps[0]?.server.stdout() ?? '')?.[0]
  if (!link) throw new Error('The first process printed no link')
  const owner = people.named(OWNER.email)
  const person = { firstName: 'Olivia', lastName: 'Hart', email: OWNER.email, password: OWNER.password }
  const clinic = { clinicName: 'Harbour Street Clinic', timeZone: 'Australia/Melbourne' }
  const code = new URL(link).searchParams.get('code') ?? ''
  const visit = await owner.browser.post('/setup', { code, ...clinic, ...person })
  if (visit.status !== 303) throw new Error(`No clinic: ${visit.status} ${visit.text}`)
  owner.passwords = [OWNER.password]
}
