import { randomBytes } from 'node:crypto'
import { type Config, loadConfig } from '../../src/config.ts'
import type { Database } from '../../src/database/database.ts'
import type { Email, Id } from '../../src/database/schema.ts'
import type { Log } from '../../src/emails/message.ts'
import { queueEmail } from '../../src/emails/outbox.ts'
import { FAKE_TOKEN } from '../support/fake-postmark.ts'

interface Invited {
  clinicId: Id
  inviterId: Id
  inviteeId: Id
  invitationId: Id
  emailId: Id
}

export interface Words {
  clinic?: string
  inviter?: [first: string, last: string]
  invitee?: string
  isPractitioner?: boolean
  recipient?: string
}

let number = 0

/** A clinic whose administrator has just invited one person; the email waits in the outbox. */
export async function invite(db: Database, words: Words = {}): Promise<Invited> {
  number += 1
  const clinicId = await insertClinic(db, words.clinic ?? 'Harbour Street Physiotherapy')
  const [first, last] = words.inviter ?? ['Jordan', 'Ellis']
  const inviterId = await insertUser(db, { clinicId, first, last, email: `jordan${number}@harbour.example` })
  await db
    .updateTable('users')
    .set({ role: 'administrator', joinedAt: new Date(), passwordHash: 'x' })
    .where('id', '=', inviterId)
    .execute()
  const email = words.recipient ?? `maya${number}@harbour.example`
  const person = { clinicId, first: words.invitee ?? 'Maya', last: 'Osei', email }
  const inviteeId = await insertUser(db, { ...person, isPractitioner: words.isPractitioner ?? false })
  return db.transaction().execute(async (trx) => {
    const { id: invitationId } = await trx
      .insertInto('invitations')
      .values({
        clinicId,
        userId: inviteeId,
        email,
        invitedBy: inviterId,
        nonce: randomBytes(32),
        expiresAt: inDays(7),
      })
      .returning('id')
      .executeTakeFirstOrThrow()
    await queueEmail(trx, {
      clinicId,
      userId: inviteeId,
      kind: 'invitation',
      recipient: email,
      invitationId,
    })
    const row = trx.selectFrom('emails').select('id').where('invitationId', '=', invitationId)
    const { id: emailId } = await row.executeTakeFirstOrThrow()
    return { clinicId, inviterId, inviteeId, invitationId, emailId }
  })
}

export function testConfig(env: Record<string, string> = {}): Config {
  const SECRET = 'a secret of at least thirty-two characters'
  return loadConfig({
    SECRET,
    PUBLIC_URL: 'https://frontdesk.localhost',
    MAIL_FROM: 'Frontdesk <hello@frontdesk.example>',
    ...env,
  })
}

export function postmarkConfig(url: string): Config {
  return testConfig({ POSTMARK_SERVER_TOKEN: FAKE_TOKEN, POSTMARK_API_URL: url })
}

interface RecordedLog extends Log {
  lines: { level: string; details: object; message: string }[]
}

export function recordedLog(): RecordedLog {
  const lines: RecordedLog['lines'] = []
  const at = (level: string) => (details: object, message: string) => {
    lines.push({ level, details, message })
  }
  return { lines, info: at('info'), warn: at('warn'), error: at('error') }
}

export function emailRow(db: Database, id: Id): Promise<Email> {
  return db.selectFrom('emails').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
}

/** As if every time to try again had come, and every lease had run out. */
export async function letTimePass(db: Database): Promise<void> {
  const past = new Date(0)
  await db.updateTable('emails').set({ nextAttemptAt: past }).execute()
  await db.updateTable('emailOutages').set({ nextProbeAt: past }).execute()
  await db.updateTable('emails').set({ leasedUntil: past }).where('leasedUntil', 'is not', null).execute()
}

function inDays(days: number): Date {
  return new Date(Date.now() + days * 86_400_000)
}

async function insertClinic(db: Database, name: string): Promise<Id> {
  const clinic = { name, label: `clinic-${number}`, country: 'AU', timeZone: 'Australia/Sydney' }
  return (await db.insertInto('clinics').values(clinic).returning('id').executeTakeFirstOrThrow()).id
}

interface Person {
  clinicId: Id
  first: string
  last: string
  email: string
  isPractitioner?: boolean
}

async function insertUser(db: Database, person: Person): Promise<Id> {
  const { id } = await db
    .insertInto('users')
    .values({
      clinicId: person.clinicId,
      firstName: person.first,
      lastName: person.last,
      sortName: person.last.toLowerCase(),
      email: person.email,
      role: 'receptionist',
      isPractitioner: person.isPractitioner ?? false,
      timeZone: 'Australia/Sydney',
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  return id
}
