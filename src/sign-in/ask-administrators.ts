import { sql } from 'kysely'
import { hasAccessToday } from '../clinics/access-dates.ts'
import type { Database } from '../database/database.ts'
import type { User } from '../database/schema.ts'
import { queueEmail } from '../emails/outbox.ts'
import { type Actor, recordEvent } from '../events/events.ts'
import { rolesWith } from '../roles/roles.ts'
import { hideDuration } from '../sessions/hide-duration.ts'

/** Whoever else is an administrator can reset it; of many, the longest-standing are told. */
const TOLD_AT_MOST = 10

/** Someone with the right password has neither their phone nor a recovery code. At most once a day. */
export async function askAdministrators(
  db: Database,
  user: User,
  from: Pick<Actor, 'ip' | 'userAgent'>,
): Promise<void> {
  const { clinicId, id } = user
  await hideDuration(
    db.transaction().execute(async (trx) => {
      const person = trx
        .selectFrom('users')
        .select('id')
        .where('clinicId', '=', clinicId)
        .where('id', '=', id)
      await person.forNoKeyUpdate().executeTakeFirst()
      const asked = trx
        .selectFrom('events')
        .select('id')
        .where('clinicId', '=', clinicId)
        .where('subjectId', '=', id)
        .where('action', '=', 'second-step.help-asked')
        .where('createdAt', '>', sql<Date>`now() - interval '1 day'`)
      if (await asked.limit(1).executeTakeFirst()) return
      await recordEvent(
        trx,
        { clinicId, userId: id, ...from },
        {
          ...{ action: 'second-step.help-asked', subjectId: id },
        },
      )
      const administrators = await trx
        .selectFrom('users')
        .select(['id', 'email'])
        .where('clinicId', '=', clinicId)
        .where('id', '!=', id)
        .where('role', 'in', rolesWith('users.edit'))
        .where('joinedAt', 'is not', null)
        .where('deactivatedAt', 'is', null)
        .where(hasAccessToday())
        .$if(user.isOwner, (others) => others.where('isOwner', '=', true))
        .orderBy('id')
        .limit(TOLD_AT_MOST)
        .execute()
      for (const { id: userId, email: recipient } of administrators)
        await queueEmail(trx, { clinicId, userId, recipient, aboutUserId: id, kind: 'second step asked for' })
    }),
  )
}
