import { closeClinic } from '../clinics/closing.ts'
import type { Config } from '../config.ts'
import { acrossClinics } from '../database/clinic-guard.ts'
import { INSTALLATION } from '../database/columns.ts'
import type { Database, Transaction } from '../database/database.ts'
import type { Email, EmailKind } from '../database/schema.ts'
import { openEmailChange } from '../email-changes/email-changes.ts'
import { openReplacement } from '../email-changes/replace-email.ts'
import { WRITTEN_EMAILS } from '../email-kinds.ts'
import type { Message } from '../emails/message.ts'
import { queueEmail } from '../emails/outbox.ts'
import { recordEvent } from '../events/events.ts'
import { sendClinics } from '../find-clinic/finder.ts'
import { latestInvitation } from '../invitations/find-invitation.ts'
import { invite } from '../invitations/invitations.ts'
import { requestInvitation } from '../invitations/request-invitation.ts'
import { inviteToSetUp } from '../new-clinic/clinic-invitations.ts'
import { remind } from '../settings/users/access-reminders.ts'
import { sendPasswordReset } from '../sign-in/password-resets.ts'
import { openSetUpLink } from '../sign-in/second-step-links.ts'
import { changeUser } from '../users/users.ts'
import { join, NOWHERE, type SampleNames, type SampleUsers, sampleUsers } from './sample-users.ts'

const NAMES: SampleNames = {
  clinic: 'Harbour Street Clinic',
  administrator: { firstName: 'Olivia', lastName: 'Hart' },
  colleague: { firstName: 'Nora', lastName: 'Lindgren' },
}

/** Does whatever makes Frontdesk send this email. */
type Sample = (trx: Transaction, users: SampleUsers) => Promise<void>

const SAMPLES: Record<EmailKind, Sample> = {
  'access ending': async (trx, { colleague }) => {
    const { clinicId, id: userId } = colleague
    const accessUntil = '2026-12-11'
    await changeUser(trx, colleague, { accessUntil })
    await remind(trx, { clinicId, userId, accessUntil, daysBefore: 7 })
  },
  invitation: (trx, users) => inviteColleague(trx, users),
  'invitation request': async (trx, users) => {
    await inviteColleague(trx, users)
    const invitation = await latestInvitation(trx, users.colleague)
    if (invitation) await requestInvitation(trx, users.colleague, invitation, NOWHERE)
  },
  'password reset': async (trx, { colleague }) => {
    await join(trx, colleague)
    await sendPasswordReset(trx, colleague)
  },
  'password changed': (trx, { colleague: { clinicId, id: userId, email: recipient } }) =>
    queueEmail(trx, { clinicId, userId, recipient, kind: 'password changed' }),
  'account locked': (trx, { colleague: { clinicId, id: userId, email: recipient } }) =>
    queueEmail(trx, { clinicId, userId, recipient, kind: 'account locked', lockReason: 'closed' }),
  'second step changed': (trx, { colleague: { clinicId, id: userId, email: recipient } }) =>
    queueEmail(trx, {
      ...{ clinicId, userId, recipient },
      ...{ kind: 'second step changed', secondStepChange: 'code used' },
    }),
  'second step link': async (trx, { colleague }) => {
    await join(trx, colleague)
    await openSetUpLink(trx, colleague, 'required')
  },
  'second step asked for': (trx, users) => tellAdministrator(trx, users, 'second step asked for'),
  'second step reset': async (trx, users) => {
    const { clinicId, id: userId } = users.administrator
    const after = { identifiedBy: 'in person' }
    const actor = { clinicId, userId, ...NOWHERE }
    await recordEvent(trx, actor, { action: 'second-step.reset', subjectId: users.colleague.id, after })
    await tellAdministrator(trx, users, 'second step reset')
  },
  'clinic closing': async (trx, { administrator: { clinicId, id: userId, email: recipient } }) => {
    const actor = { clinicId, userId, ...NOWHERE }
    await closeClinic(trx, actor)
    await queueEmail(trx, { clinicId, userId, recipient, kind: 'clinic closing' })
  },
  'clinic invitation': (trx, { colleague }) => inviteToSetUp(trx, colleague.email),
  'clinics found': (trx, { administrator }) => sendClinics(trx, administrator.email),
  'new browser': (trx, { colleague: { clinicId, id: userId, email: recipient } }) =>
    queueEmail(trx, { clinicId, userId, recipient, kind: 'new browser' }),
  'email replacement': replaceLostEmail,
  'email replacement notice': replaceLostEmail,
  'email change': changeEmail,
  'email change requested': changeEmail,
  'email changed': async (trx, users) => {
    await changeEmail(trx, users)
    const { clinicId, id: userId, email: recipient } = users.colleague
    const change = trx.selectFrom('emailChanges').select('id').where('clinicId', '=', clinicId)
    const { id: emailChangeId } = await change.executeTakeFirstOrThrow()
    await queueEmail(trx, { clinicId, userId, recipient, emailChangeId, kind: 'email changed' })
  },
}

/** For a URL, such as password-reset. */
export const SAMPLE_SLUGS: ReadonlyMap<string, EmailKind> = new Map(
  (Object.keys(SAMPLES) as EmailKind[]).map((kind) => [kind.replaceAll(' ', '-'), kind]),
)

/** A real email about temporary users: the transaction is rolled back. */
export async function sampleMessage(
  db: Database,
  config: Config,
  kind: EmailKind,
  names: SampleNames = NAMES,
): Promise<Message> {
  const trx = await db.startTransaction().execute()
  try {
    const users = await sampleUsers(trx, names)
    const email = await queueSample(trx, kind, users)
    const message = await WRITTEN_EMAILS[kind].write(trx, config, email, config.publicUrl)
    if (!message) throw new Error(`The sample of the email kind “${kind}” says nothing`)
    return message
  } finally {
    await trx.rollback().execute()
  }
}

/** Does what makes Frontdesk send such an email, and answers the newest: the installation's own are nobody's in particular. */
export async function queueSample(trx: Transaction, kind: EmailKind, users: SampleUsers): Promise<Email> {
  await SAMPLES[kind](trx, users)
  return acrossClinics(trx, 'some kinds are the installation’s own')
    .selectFrom('emails')
    .selectAll()
    .where('clinicId', 'in', [users.colleague.clinicId, INSTALLATION])
    .where('kind', '=', kind)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirstOrThrow()
}

function tellAdministrator(
  trx: Transaction,
  { administrator: { clinicId, id: userId, email: recipient }, colleague }: SampleUsers,
  kind: 'second step asked for' | 'second step reset',
): Promise<void> {
  return queueEmail(trx, { clinicId, userId, recipient, aboutUserId: colleague.id, kind })
}

async function changeEmail(trx: Transaction, { administrator, colleague }: SampleUsers): Promise<void> {
  const { clinicId, id: userId } = administrator
  const actor = { clinicId, userId, ...NOWHERE }
  await openEmailChange(trx, actor, colleague, 'nora.lindgren@clinic.example')
}

async function replaceLostEmail(trx: Transaction, { administrator, colleague }: SampleUsers): Promise<void> {
  const { clinicId, id: userId } = administrator
  const wanted = { email: 'nora.lindgren@clinic.example', identifiedBy: 'phone' as const }
  await openReplacement(trx, { clinicId, userId, ...NOWHERE }, colleague, wanted)
}

function inviteColleague(trx: Transaction, { administrator, colleague }: SampleUsers): Promise<void> {
  const { clinicId, id: userId } = administrator
  return invite(trx, { clinicId, userId, ...NOWHERE }, colleague)
}
