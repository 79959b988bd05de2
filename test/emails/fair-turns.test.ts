import type { Database } from '../../src/database/database.ts'
import { claimDueEmails } from '../../src/emails/claim-emails.ts'
import { queueEmail } from '../../src/emails/outbox.ts'
import { testClinic } from '../support/app.ts'
import { secondClinic } from '../support/second-clinic.ts'
import t from '../support/tap.ts'

async function claimed(db: Database, times: number): Promise<string[]> {
  const clinics: string[] = []
  for (let at = 0; at < times; at++)
    clinics.push(...(await claimDueEmails(db, 4)).map(({ clinicId }) => clinicId))
  return clinics
}

t.test('a reset link of one clinic does not wait behind another clinic’s thousand invitations', async (t) => {
  const clinic = await testClinic(t)
  const { db, team } = clinic
  const others = await secondClinic(clinic)
  await db.deleteFrom('emails').execute()
  const queue = ({ clinicId, id: userId, email: recipient }: typeof team.owner, count: number) =>
    db.transaction().execute(async (trx) => {
      for (let at = 0; at < count; at++)
        await queueEmail(trx, { clinicId, userId, recipient, kind: 'password changed' })
    })
  await queue(team.invited, 1_000)
  await queue(others.owner, 3)
  await db
    .transaction()
    .execute((trx) =>
      queueEmail(trx, { clinicId: '0', userId: null, recipient: 'a@b.example', kind: 'clinics found' }),
    )
  const { clinicId } = others.owner
  const first = await claimed(db, 2)
  t.same(first.filter((id) => id === clinicId).length, 3, `${first}`)
  t.same(first.filter((id) => id === '0').length, 1)
  t.equal(first.length, 8, 'and no place is left empty')
  t.same(
    new Set(await claimed(db, 3)),
    new Set([team.owner.clinicId]),
    'one that waits alone goes on at full speed',
  )
})
