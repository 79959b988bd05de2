import type { Config } from '../config.ts'
import type { Database } from '../database/database.ts'
import type { Email, EmailFailure, Id } from '../database/schema.ts'
import { composeEmail } from '../emails/compose.ts'
import { failure } from '../emails/failure.ts'
import type { Message } from '../emails/message.ts'
import { plainWords } from '../emails/plain-words.ts'
import { can, canManage, type Member } from '../roles/roles.ts'
import { recipientMay } from '../users/recipient-may.ts'
import { formatMoment } from '../words/dates.ts'
import { words } from '../words/en.ts'
import { recipientOf } from './two-step-emails.ts'

const { emails, twoStepEmails: said } = words

/** To administrators, who can reset it. */
export async function secondStepAskedForEmail(
  db: Database,
  config: Config,
  email: Email,
  origin: string,
): Promise<Message | null> {
  const [user, about] = [await recipientOf(db, email), await aboutWhom(db, email)]
  if (!user || !about) return null
  return composeEmail(config, email, {
    ...{ ...user, subject: emails.subjects.secondStepAskedFor },
    blocks: [
      { text: said.asked({ person: about.name, clinic: plainWords(user.clinicName) }) },
      { text: said.askedWhatToDo({ person: about.name }), url: pageOf(origin, about.id) },
    ],
  })
}

/** Of someone whom they can no longer reset. */
export async function secondStepAskedForUnwanted(db: Database, email: Email): Promise<EmailFailure | null> {
  const isTheirs = email.aboutUserId && (await recipientMay(db, email, email.aboutUserId, canManage))
  return isTheirs ? null : failure('recipientManagesNoMore')
}

export async function secondStepResetUnwanted(db: Database, email: Email): Promise<EmailFailure | null> {
  const manages = (recipient: Member) => can(recipient, 'users.edit')
  const isTheirs = email.aboutUserId && (await recipientMay(db, email, email.aboutUserId, manages))
  return isTheirs ? null : failure('recipientManagesNoMore')
}

/** To the other administrators: someone can be talked into it. */
export async function secondStepResetEmail(
  db: Database,
  config: Config,
  email: Email,
  origin: string,
): Promise<Message | null> {
  const [user, about] = [await recipientOf(db, email), await aboutWhom(db, email)]
  if (!user || !about) return null
  const { administrator, how } = await resetOf(db, email)
  const who = { administrator, person: about.name, clinic: plainWords(user.clinicName) }
  return composeEmail(config, email, {
    ...{ ...user, subject: emails.subjects.secondStepReset },
    blocks: [
      { text: said.resetFor({ ...who, moment: formatMoment(email.createdAt, user.timeZone) }) },
      { text: said.resetHow({ how }) },
      { text: said.resetWrong, url: pageOf(origin, about.id) },
    ],
  })
}

function pageOf(origin: string, id: Id): string {
  return `${origin}/settings/users/${id}`
}

async function aboutWhom(db: Database, { clinicId, aboutUserId }: Email) {
  if (!aboutUserId) return null
  const rows = db.selectFrom('users').select(['id', 'firstName', 'lastName']).where('clinicId', '=', clinicId)
  const user = await rows.where('id', '=', aboutUserId).executeTakeFirst()
  return user && { id: user.id, name: plainWords(`${user.firstName} ${user.lastName}`) }
}

/** As the activity has it. */
async function resetOf(db: Database, { clinicId, aboutUserId, createdAt }: Email) {
  const event = await db
    .selectFrom('events')
    .leftJoin('users', (join) =>
      join.onRef('users.clinicId', '=', 'events.clinicId').onRef('users.id', '=', 'events.actorId'),
    )
    .select(['firstName', 'lastName', 'after'])
    .where('events.clinicId', '=', clinicId)
    .where('subjectId', '=', aboutUserId)
    .where('action', '=', 'second-step.reset')
    .where('events.createdAt', '<=', createdAt)
    .orderBy('events.id', 'desc')
    .limit(1)
    .executeTakeFirst()
  const administrator = plainWords(`${event?.firstName ?? ''} ${event?.lastName ?? ''}`)
  return { administrator, how: howWords(event?.after?.identifiedBy) }
}

function howWords(how: unknown): string {
  const answers: Record<string, string> = words.twoStep.reset.answers
  return typeof how === 'string' && Object.hasOwn(answers, how) ? (answers[how] ?? '') : ''
}
