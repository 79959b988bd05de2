import { randomBytes, randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import type { Database } from '../../src/database/database.ts'
import type { Id } from '../../src/database/schema.ts'
import type { Team } from '../../src/demo/team.ts'
import { openEmailChange } from '../../src/email-changes/email-changes.ts'
import { openReplacement } from '../../src/email-changes/replace-email.ts'
import { latestInvitation } from '../../src/invitations/find-invitation.ts'
import { requestInvitation } from '../../src/invitations/request-invitation.ts'
import { remind } from '../../src/settings/users/access-reminders.ts'
import { sendPasswordReset } from '../../src/sign-in/password-resets.ts'
import { openSetUpLink } from '../../src/sign-in/second-step-links.ts'

const NOWHERE = { ip: null, userAgent: null }

/** Gives a clinic a row in each table that `demoClinic` leaves empty, but for what a visit makes: sessions and events. */
export async function fillClinic(db: Database, team: Team): Promise<void> {
  const { clinicId } = team.owner
  await db
    .insertInto('clinicNetworks')
    .values({ clinicId, network: `198.51.${Number(clinicId) % 250}.0/24`, label: 'Desk' })
    .execute()
  await openLinks(db, team)
  await insertImport(db, team)
  await insertSecondSteps(db, team)
  await db
    .insertInto('phoneNumbers')
    .values({ clinicId, userId: team.receptionist.id, type: 'mobile', number: '+61491570156' })
    .execute()
  const page = `/settings/users/${team.receptionist.id}/edit`
  const form = { sessionId: randomUUID(), signedFormId: randomUUID(), fields: '{}' }
  await db
    .insertInto('keptForms')
    .values({ clinicId, page, ...form })
    .execute()
}

async function openLinks(db: Database, team: Team): Promise<void> {
  const { clinicId, id: userId } = team.administrator
  const administrator = { clinicId, userId, ...NOWHERE }
  await db.transaction().execute(async (trx) => {
    const invitation = await latestInvitation(trx, team.expired)
    if (invitation) await requestInvitation(trx, team.expired, invitation, NOWHERE)
    await sendPasswordReset(trx, team.receptionist)
    await openSetUpLink(trx, team.receptionist, 'asked')
    await openEmailChange(trx, administrator, team.scheduler, `new.${team.scheduler.email}`)
    const lost = { email: `new.${team.bookkeeper.email}`, identifiedBy: 'phone' } as const
    await openReplacement(trx, administrator, team.bookkeeper, lost)
    const ending = { userId: team.practitioner.id, accessUntil: '2099-12-31', daysBefore: 7 }
    await remind(trx, { clinicId, ...ending })
  })
}

/** A draft, and one that is finished. */
async function insertImport(db: Database, { administrator }: Team): Promise<void> {
  const { clinicId, id: createdBy } = administrator
  const row = { number: 1, answers: JSON.stringify({ firstName: 'Kim', personEmail: 'kim@many.example' }) }
  const finished = { startedAt: new Date(), finishedAt: new Date() }
  for (const state of [{}, finished]) {
    const { id: importId } = await db
      .insertInto('imports')
      .values({ clinicId, createdBy, ignoredColumns: [], defaults: '{}', ...state })
      .returning('id')
      .executeTakeFirstOrThrow()
    await db
      .insertInto('importRows')
      .values({ clinicId, importId, ...row })
      .execute()
  }
}

async function insertSecondSteps(db: Database, { receptionist: { clinicId, id } }: Team): Promise<void> {
  const whose = { clinicId, userId: id }
  const named = () => ({ ...whose, id: randomUUID(), label: 'Phone' })
  const secret = randomBytes(48)
  await db
    .insertInto('codeApps')
    .values({ ...named(), secret, lastUsedStep: 0 })
    .execute()
  const passkey = { rpId: 'frontdesk.localhost', credentialId: randomBytes(16), publicKey: randomBytes(77) }
  await db
    .insertInto('passkeys')
    .values({ ...named(), ...passkey, signCount: 0, isSynced: true, transports: [] })
    .execute()
  await db
    .insertInto('recoveryCodes')
    .values({ ...whose, codeHash: randomBytes(32) })
    .execute()
  await db
    .insertInto('knownBrowsers')
    .values({
      ...whose,
      id: randomUUID(),
      tokenHash: randomBytes(32),
      generation: 0,
      skipsCodeUntil: sql`now() + interval '7 days'`,
    })
    .execute()
}

/** By table, how many rows of a clinic there are and a hash over them all. */
export async function rowsOfClinic(
  db: Database,
  clinicId: Id,
): Promise<Record<string, [rows: number, hash: string]>> {
  const { rows: tables } = await sql<{ name: string }>`
    select relname as name from pg_class join pg_attribute on attrelid = pg_class.oid
    where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition
      and attname = case relname when 'clinics' then 'id' else 'clinic_id' end
    order by relname`.execute(db)
  const hashes: Record<string, [rows: number, hash: string]> = {}
  for (const { name } of tables) {
    const key = sql.ref(name === 'clinics' ? 'id' : 'clinic_id')
    const { rows } = await sql<{ count: number; hash: string }>`
      select count(*)::int as count, md5(coalesce(string_agg(whole::text, '' order by whole::text), '')) as hash
      from ${sql.table(name)} as whole where ${key} = ${clinicId}`.execute(db)
    if (rows[0]) hashes[name] = [rows[0].count, rows[0].hash]
  }
  return hashes
}
