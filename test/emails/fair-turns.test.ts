import type { Database } from '../../src/database/database.ts'
import type { Email, EmailKind } from '../../src/database/schema.ts'
import { claimDueEmails } from '../../src/emails/claim-emails.ts'
import { queueEmail } from '../../src/emails/outbox.ts'
import { testClinic } from '../support/app.ts'
import { secondClinic } from '../support/second-clinic.ts'
import t from '../support/tap.ts'

async function claimed(db: Database, times: number): Promise<Email[]> {
  const emails: Email[] = []
  for (let at = 0; at < times; at++) emails.push(...(await claimDueEmails(db, 4)))
  return emails
}

t.test('a reset link of one clinic does not wait behind another clinic’s thousand invitations', async (t) => {
  const clinic = await testClinic(t)
  const { db, team } = clinic
  const others = await secondClinic(clinic)
  await db.deleteFrom('emails').execute()
  const queue = (user: typeof team.owner, kind: EmailKind, count: number) =>
    db.transaction().execute(async (trx) => {
      const { clinicId, id: userId, email: recipient } = user
      for (let at = 0; at < count; at++) await queueEmail(trx, { clinicId, userId, recipient, kind })
    })
  await queue(team.invited, 'invitation', 1_000)
  await queue(others.owner, 'password reset', 3)
  await queue(team.receptionist, 'password reset', 1)
  await db
    .transaction()
    .execute((trx) =>
      queueEmail(trx, { clinicId: '0', userId: null, recipient: 'a@b.example', kind: 'clinics found' }),
    )
  const first = await claimed(db, 2)
  const of = (wanted: (email: Email) => boolean) => first.filter(wanted).length
  t.equal(
    of(({ clinicId }) => clinicId === others.owner.clinicId),
    3,
  )
  t.equal(
    of(({ clinicId }) => clinicId === '0'),
    1,
  )
  t.equal(
    of(({ userId }) => userId === team.receptionist.id),
    1,
    'nor does one of its own',
  )
  t.equal(first.length, 8, 'and no place is left empty')
  const later = await claimed(db, 3)
  t.equal(later.length, 12, 'what waits alone goes on at full speed')
})
