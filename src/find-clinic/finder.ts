import { randomBytes } from 'node:crypto'
import { sql } from 'kysely'
import { hasAccessToday } from '../clinics/access-dates.ts'
import { originUnder } from '../clinics/clinics.ts'
import type { Keys } from '../config/keys.ts'
import type { Config } from '../config.ts'
import { acrossClinics } from '../database/clinic-guard.ts'
import { INSTALLATION } from '../database/columns.ts'
import type { Database, Transaction } from '../database/database.ts'
import { deleteOld, STEP } from '../database/delete-old.ts'
import type { Id } from '../database/schema.ts'
import { linkIdOf, tokenMatches } from '../emails/links.ts'
import { queueEmail } from '../emails/outbox.ts'
import { emailProblem } from '../users/email-rules.ts'

export const FINDER_LINK_HOURS = 24
const REQUESTS_KEPT_DAYS = 30
const LISTED_MAX = 100

export interface FoundClinic {
  name: string
  /** Its sign-in page. */
  url: string
}

/** Emails a list of the address's clinics, be it empty; whoever asked learns nothing. */
export async function sendClinics(trx: Transaction, email: string): Promise<void> {
  const { id } = await trx
    .insertInto('finderRequests')
    .values({ email, nonce: randomBytes(32) })
    .returning('id')
    .executeTakeFirstOrThrow()
  await queueEmail(trx, {
    ...{ clinicId: INSTALLATION, userId: null, recipient: email },
    ...{ kind: 'clinics found', finderRequestId: id },
  })
}

/** Where somebody with this address can sign in today, by name. */
export async function clinicsOf(
  db: Database | Transaction,
  { publicUrl }: Pick<Config, 'publicUrl'>,
  email: string,
): Promise<FoundClinic[]> {
  if (emailProblem(email)) return []
  const found = await acrossClinics(db, 'whoever has proved the mailbox may know where it has accounts')
    .selectFrom('users')
    .innerJoin('clinics', 'clinics.id', 'users.clinicId')
    .select(['clinics.name', 'clinics.label'])
    .where(sql`lower(email)`, '=', email.toLowerCase())
    .where('joinedAt', 'is not', null)
    .where('deactivatedAt', 'is', null)
    .where('suspendedAt', 'is', null)
    .where(hasAccessToday())
    .orderBy(sql`lower(clinics.name)`)
    .orderBy('clinics.id')
    .limit(LISTED_MAX)
    .execute()
  return found.map(({ name, label }) => ({ name, url: `${originUnder(publicUrl, label)}/sign-in` }))
}

/** Whose mailbox a link proves; null once it is a day old, or if it is none of ours. */
export async function readMailboxLink(db: Database, keys: Keys, token: string): Promise<string | null> {
  const request = await findFinderRequest(db, linkIdOf(token))
  if (!request?.isRecent || !tokenMatches(keys, 'mailbox', request, token)) return null
  return request.email
}

export async function findFinderRequest(db: Database | Transaction, id: Id | null) {
  const request = db
    .selectFrom('finderRequests')
    .selectAll()
    .select(sql<boolean>`created_at > now() - make_interval(hours => ${FINDER_LINK_HOURS})`.as('isRecent'))
    .where('id', '=', id)
  return id === null ? null : ((await request.executeTakeFirst()) ?? null)
}

/** A step of the sweep. Their emails go with them. */
export function forgetFinderRequests(db: Database): Promise<number> {
  return deleteOld(
    db,
    sql`delete from finder_requests where id in (
      select id from finder_requests
      where created_at < now() - make_interval(days => ${REQUESTS_KEPT_DAYS})
      limit ${STEP} for update skip locked)`,
  )
}
