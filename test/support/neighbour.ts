import { randomBytes, randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { type Database, openDatabase } from '../../src/database/database.ts'
import { demoClinic } from '../../src/demo/team.ts'
import { createPasswords } from '../../src/sessions/passwords.ts'
import { testConfig } from './app.ts'
import { fillClinic, rowsOfClinic } from './full-clinic.ts'
import { NEIGHBOUR_ID } from './postgres.ts'

/** Its ids are so high that no test's own rows ever get them. */
export async function addNeighbour(ownerUrl: string): Promise<void> {
  const db = openDatabase(ownerUrl)
  try {
    const clinic = db.selectFrom('clinics').select('id').where('id', '=', NEIGHBOUR_ID)
    if (!(await clinic.executeTakeFirst())) await insertNeighbour(db)
  } finally {
    await db.destroy()
  }
}

async function insertNeighbour(db: Database): Promise<void> {
  const startIds = (at: string, isTaken: boolean) =>
    sql`select setval(oid, ${at}, ${isTaken}) from pg_class
      where relkind = 'S' and relnamespace = 'public'::regnamespace`.execute(db)
  await startIds(NEIGHBOUR_ID, false)
  const passwords = createPasswords(testConfig().keys.passwords, { cost: 4 })
  const team = await demoClinic(db, passwords, 'Neighbour Clinic')
  await fillClinic(db, team)
  const { clinicId, id: userId } = team.owner
  const session = { clinicId, userId, sessionId: randomUUID(), tokenHash: randomBytes(32), data: '{}' }
  await db
    .insertInto('sessions')
    .values({ ...session, signedInAt: new Date() })
    .execute()
  await db.insertInto('events').values({ clinicId, actorId: userId, action: 'signed-in' }).execute()
  const empty = Object.entries(await rowsOfClinic(db, NEIGHBOUR_ID)).filter(([, [rows]]) => rows === 0)
  if (empty.length > 0)
    throw new Error(`The neighbour has nothing in ${empty.map(([table]) => table).join(', ')}`)
  await startIds('1', false)
}
