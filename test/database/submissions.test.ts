import { oncePerSubmission } from '../../src/database/submissions.ts'
import { recordEvent } from '../../src/events/events.ts'
import { testClinic } from '../support/app.ts'
import t from '../support/tap.ts'

t.test(
  'a submission of one clinic neither answers for nor stops one of another with the same id',
  async (t) => {
    const { db, team } = await testClinic(t)
    const here = team.administrator.clinicId
    const lakeside = { name: 'Lakeside', label: 'lakeside', country: 'AU', timeZone: 'Australia/Perth' }
    const there = await db.insertInto('clinics').values(lakeside).returning('id').executeTakeFirstOrThrow()
    const { firstName, lastName, sortName, email, timeZone, role, isPractitioner } = team.administrator
    const namesake = await db
      .insertInto('users')
      .values({ clinicId: there.id, firstName, lastName, sortName, email, timeZone, role, isPractitioner })
      .returning('id')
      .executeTakeFirstOrThrow()

    const submissionId = crypto.randomUUID()
    for (const [clinicId, userId] of [
      [here, team.administrator.id],
      [here, team.administrator.id],
      [there.id, namesake.id],
    ] as const) {
      const subject = await oncePerSubmission(db, clinicId, submissionId, async (trx) => {
        const actor = { clinicId, userId, ip: null, userAgent: null }
        await recordEvent(trx, actor, { action: 'owner.made', subjectId: userId, submissionId })
        return userId
      })
      t.equal(subject, userId)
    }
    const events = db.selectFrom('events').select('clinicId').where('submissionId', '=', submissionId)
    t.same(
      await events.orderBy('id').execute(),
      [{ clinicId: here }, { clinicId: there.id }],
      'once in each clinic',
    )
  },
)
