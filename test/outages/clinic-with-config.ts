import { loadConfig } from '../../src/config.ts'
import type { Database } from '../../src/database/database.ts'
import { demoClinic, type Team } from '../../src/demo/team.ts'
import { createPasswords } from '../../src/sessions/passwords.ts'

/** The team with passwords that a process with this environment can verify. */
export function clinicWithConfig(db: Database, environment: Record<string, string>): Promise<Team> {
  const { keys } = loadConfig(environment)
  return demoClinic(db, createPasswords(keys.passwords, { cost: 4 }))
}
