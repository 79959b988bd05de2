import type { Config } from '../../config.ts'
import type { Database } from '../../database/database.ts'
import type { Email, EmailFailure } from '../../database/schema.ts'
import { composeEmail } from '../../emails/compose.ts'
import { failure } from '../../emails/failure.ts'
import type { Message } from '../../emails/message.ts'
import { plainWords } from '../../emails/plain-words.ts'
import { formatMoment } from '../../words/dates.ts'
import { words } from '../../words/en.ts'

const { emails, closing: said } = words

export async function clinicClosingEmail(
  db: Database,
  config: Config,
  email: Email,
  origin: string,
): Promise<Message | null> {
  const owner = await ownerOf(db, email)
  if (!owner?.closesAt) return null
  const { clinicName, firstName, timeZone, closesAt } = owner
  const clinic = plainWords(clinicName)
  return composeEmail(config, email, {
    ...{ clinicName, firstName, subject: emails.subjects.clinicClosing },
    blocks: [
      { text: said.email.text({ clinic, at: formatMoment(closesAt, timeZone) }) },
      { text: said.email.undo, url: `${origin}/settings/clinic/close` },
      { text: said.email.export, url: `${origin}/settings/clinic/export` },
      { text: said.email.asPlanned },
    ],
  })
}

/** Why it need not be said any more; null if it does. */
export async function clinicClosingUnwanted(db: Database, email: Email): Promise<EmailFailure | null> {
  const owner = await ownerOf(db, email)
  if (!owner?.closesAt) return failure('notClosing')
  return owner.isOwner && !owner.deactivatedAt ? null : failure('noOwner')
}

function ownerOf(db: Database, { clinicId, userId }: Email) {
  return db
    .selectFrom('users')
    .innerJoin('clinics', 'clinics.id', 'users.clinicId')
    .select([
      'clinics.name as clinicName',
      'closesAt',
      'firstName',
      'users.timeZone',
      'isOwner',
      'deactivatedAt',
    ])
    .where('users.clinicId', '=', clinicId)
    .where('users.id', '=', userId)
    .executeTakeFirst()
}
