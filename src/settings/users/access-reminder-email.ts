import { closedToday } from '../../clinics/access-dates.ts'
import type { Config } from '../../config.ts'
import type { Database } from '../../database/database.ts'
import type { Email, EmailFailure } from '../../database/schema.ts'
import { composeEmail } from '../../emails/compose.ts'
import { failure } from '../../emails/failure.ts'
import type { Message } from '../../emails/message.ts'
import { plainWords } from '../../emails/plain-words.ts'
import { canManage } from '../../roles/roles.ts'
import { fullName } from '../../users/names.ts'
import { recipientMay } from '../../users/recipient-may.ts'
import { findUser } from '../../users/users.ts'
import { plainDay } from '../../words/dates.ts'
import { words } from '../../words/en.ts'
import { addedBy } from './access-reminders.ts'

const { emails, accessEmails: said } = words

/** To whoever can still change the day. */
export async function accessEndingEmail(
  db: Database,
  config: Config,
  email: Email,
  origin: string,
): Promise<Message | null> {
  const reminder = await reminderOf(db, email)
  const recipient = await findUser(db, email.clinicId, email.userId)
  if (!reminder || !recipient) return null
  const person = plainWords(fullName(reminder))
  const { clinicName, clinicId, userId } = reminder
  const isAdder = (await addedBy(db, { clinicId, userId })) === recipient.id
  return composeEmail(config, email, {
    ...{ clinicName, firstName: recipient.firstName, subject: emails.subjects.accessEnding },
    blocks: [
      { text: said.ends({ person, clinic: plainWords(clinicName), day: plainDay(reminder.accessUntil) }) },
      { text: said.change, url: `${origin}/settings/users/${userId}/edit` },
      { text: said.asPlanned },
      { text: isAdder ? said.youAdded : said.adderGone, isQuiet: true },
    ],
  })
}

/** Why no reminder is needed; null if it is. */
export async function accessEndingUnwanted(db: Database, email: Email): Promise<EmailFailure | null> {
  const reminder = await reminderOf(db, email)
  if (!reminder) return failure('nothingToSay')
  if (reminder.deactivatedAt) return failure('deactivated')
  if (reminder.accessUntil !== reminder.currentUntil) return failure('accessMoved')
  if (reminder.closed === 'ended') return failure('accessEnded')
  const isManaged = await recipientMay(db, email, reminder.userId, canManage)
  return isManaged ? null : failure('recipientManagesNoMore')
}

function reminderOf(db: Database, { clinicId, accessReminderId }: Email) {
  return db
    .selectFrom('accessReminders as reminder')
    .innerJoin('users', (join) =>
      join.onRef('users.clinicId', '=', 'reminder.clinicId').onRef('users.id', '=', 'reminder.userId'),
    )
    .innerJoin('clinics', 'clinics.id', 'reminder.clinicId')
    .select(['reminder.clinicId', 'reminder.userId', 'reminder.accessUntil', 'clinics.name as clinicName'])
    .select(['users.firstName', 'users.lastName', 'users.deactivatedAt', 'users.accessUntil as currentUntil'])
    .select(closedToday().as('closed'))
    .where('reminder.clinicId', '=', clinicId)
    .where('reminder.id', '=', accessReminderId)
    .executeTakeFirst()
}
