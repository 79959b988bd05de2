import { demoClinic, type Team } from '../../src/demo/team.ts'
import type { TestApp } from './app.ts'

/** Where the clinic of `testClinic` is, once it is not the only one, and before. */
export const HARBOUR = 'http://harbour-street-clinic.frontdesk.localhost'
export const HILLTOP = 'http://hilltop-clinic.frontdesk.localhost'

/** A clinic beside the test's own; both are now under their own hosts. */
export function secondClinic({ db, passwords }: Pick<TestApp, 'db' | 'passwords'>): Promise<Team> {
  return demoClinic(db, passwords, 'Hilltop Clinic')
}
