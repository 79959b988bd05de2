import { randomUUID } from 'node:crypto'
import { buildApp } from '../../src/app.ts'
import { type Config, loadConfig } from '../../src/config.ts'
import { type Database, openDatabase } from '../../src/database/database.ts'
import { startEmbedded } from '../../src/database/embedded.ts'
import { isServerRunning } from '../../src/database/embedded-server.ts'
import { migrateToLatest } from '../../src/database/migrate.ts'
import { demoClinic, type Team } from '../../src/demo/team.ts'
import { ROLE_NAMES } from '../../src/roles/roles.ts'
import { createPasswords, type Passwords } from '../../src/sessions/passwords.ts'
import { sortName } from '../../src/users/names.ts'
import { onServer, serverUrl, TEST_DATA_DIR, withDatabase } from '../support/postgres.ts'
import { temporaryFolder } from '../support/private-folder.ts'
import type { Scope } from '../support/scope.ts'
import { freePort } from '../support/server-process.ts'

/** Frontdesk, listening, on a database of its own that is gone afterwards. */
export interface Frontdesk {
  url: string
  config: Config
  db: Database
  passwords: Passwords
  close(): Promise<void>
}

export async function openFrontdesk(environment: Record<string, string> = {}): Promise<Frontdesk> {
  const ends: (() => unknown)[] = []
  const close = async () => {
    for (const end of ends.splice(0).reverse()) await end()
  }
  try {
    return { ...(await furnish({ teardown: (end) => void ends.push(end) }, environment)), close }
  } catch (error) {
    await close()
    throw error
  }
}

async function furnish(scope: Scope, environment: Record<string, string>): Promise<Omit<Frontdesk, 'close'>> {
  const folder = temporaryFolder(scope)
  const server = await serverFor(scope, folder)
  const name = `frontdesk_test_browser_${randomUUID().replaceAll('-', '')}`
  await onServer(server, `create database ${name}`)
  scope.teardown(() => onServer(server, `drop database ${name} with (force)`))
  const databaseUrl = withDatabase(server, name)
  await migrateToLatest(databaseUrl)
  const db = openDatabase(databaseUrl)
  scope.teardown(() => db.destroy())

  const config = loadConfig({ ...environment, PORT: `${await freePort()}`, DATA_DIR: folder })
  const passwords = createPasswords(config.keys.passwords, { cost: 4 })
  const app = await buildApp({ config, db, passwords, logger: false })
  scope.teardown(() => app.close())
  await app.listen({ host: config.host, port: config.port })
  return { url: config.publicUrl, config, db, passwords }
}

/** That of the tests, where they run. */
async function serverFor(scope: Scope, folder: string): Promise<string> {
  if (process.env.DATABASE_URL || isServerRunning(TEST_DATA_DIR)) return serverUrl()
  const { connectionString, stop } = await startEmbedded(folder)
  scope.teardown(stop)
  return connectionString
}

const COLLEAGUES = `Ann Abara, Björn Bäcker, Chidi Chatterjee, Dara de la Cruz, Élodie Eze, Farah Fitzgerald-Hughes,
  Giorgos Garcia, Hana Haddad, Ibrahim Ivanova, Jun Jones, Kirra Kelly, Liam Lee, Mei-Ling Murphy, Noa Nguyen,
  Oluwaseun O’Brien, Quentin Quinn, Rosa Rahman, Siobhán Sato, Thandiwe Tan, Uma Usman, Viktor Vella, Wren Wood,
  Xavier Xu, Yasmin Young, Zara Zhang, Hubert Wolfeschlegelsteinhausenbergerdorff, Ada Achebe, Bo Berg, Cy Cho, Di Diaz,
  Eli Evans, Flo Ferrari, Gus Grant, Hua Huang, Ines Ito, Joe Jansen, Kai Kaur, Lou Larsen, Mo Malik, Nia Novak`

/** The team and forty more, so that the first page of the list is full. */
export async function fillClinic({ db, passwords }: Frontdesk): Promise<Team> {
  const team = await demoClinic(db, passwords, 'Harbour Street Physiotherapy')
  const people = COLLEAGUES.split(/,\s*/).map((name, index) => {
    const [firstName = '', ...last] = name.split(' ')
    return {
      ...{ clinicId: team.owner.clinicId, timeZone: 'Australia/Melbourne', firstName },
      lastName: last.join(' '),
      sortName: sortName(firstName, last.join(' ')),
      email: `colleague-${index}@harbour.example`,
      role: ROLE_NAMES[index % ROLE_NAMES.length] ?? 'receptionist',
      isPractitioner: index % 3 === 0,
      passwordHash: team.owner.passwordHash,
      joinedAt: new Date('2026-03-02T01:00:00Z'),
      lastSignInAt: index % 7 ? new Date(Date.UTC(2026, 9, (index % 28) + 1)) : null,
      deactivatedAt: index % 11 === 5 ? new Date('2026-09-01T01:00:00Z') : null,
    }
  })
  await db.insertInto('users').values(people).execute()
  return team
}
