import { loadConfig } from '../../src/config.ts'
import type { Database } from '../../src/database/database.ts'
import { type Cast, castClinic } from '../../src/demo/cast.ts'
import { createPasswords } from '../../src/sessions/passwords.ts'

/** The cast with passwords that a process with this environment can verify. */
export function castWithConfig(db: Database, environment: Record<string, string>): Promise<Cast> {
  const { keys } = loadConfig(environment)
  return castClinic(db, createPasswords(keys.passwords, { cost: 4 }))
}
