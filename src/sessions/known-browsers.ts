import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { acrossClinics } from '../database/clinic-guard.ts'
import type { Database, Transaction } from '../database/database.ts'
import { deleteOld, STEP } from '../database/delete-old.ts'
import type { Id, User } from '../database/schema.ts'
import { queueEmail } from '../emails/outbox.ts'

/** In days; longer than anyone is away, and the cookie lasts as long. */
export const BROWSERS_KEPT_DAYS = 180

type Owner = Pick<User, 'clinicId' | 'id'>

interface RememberedBrowser {
  id: string
  userAgent: string | null
  lastSeenAt: Date
  until: Date
}

export function newBrowserToken(): string {
  return randomBytes(32).toString('base64url')
}

/**
 * Someone has just signed in here. If they never have in this browser, and have in another one, they are told: it may not be
 * them.
 * @param rememberDays for how long it needs no code from now on; 0 leaves that as it is
 */
export async function noteBrowser(
  db: Database,
  user: Pick<User, 'clinicId' | 'id' | 'email' | 'factorGeneration'>,
  { token, userAgent, rememberDays }: { token: string; userAgent: string | null; rememberDays: number },
): Promise<void> {
  const { clinicId, id: userId, email: recipient, factorGeneration: generation } = user
  await db.transaction().execute(async (trx) => {
    const before = await countBrowsers(trx, user)
    const until = sql<Date>`now() + make_interval(days => ${rememberDays})`
    const seen = await trx
      .insertInto('knownBrowsers')
      .values({
        ...{ clinicId, id: randomUUID(), userId, tokenHash: hashOf(token), userAgent, generation },
        skipsCodeUntil: rememberDays > 0 ? until : null,
      })
      .onConflict((conflict) =>
        conflict.columns(['clinicId', 'tokenHash', 'userId']).doUpdateSet({
          ...{ lastSeenAt: sql`now()`, userAgent },
          ...(rememberDays > 0 && { skipsCodeUntil: until, generation }),
        }),
      )
      .returning(sql<boolean>`xmax = 0`.as('isNew'))
      .executeTakeFirstOrThrow()
    if (seen.isNew && before > 0) await queueEmail(trx, { clinicId, userId, recipient, kind: 'new browser' })
  })
}

/** Whether the person asked this browser to be remembered, and nothing has changed since. */
export async function skipsCode(db: Database, user: User, token: string): Promise<boolean> {
  const browser = db
    .selectFrom('knownBrowsers')
    .select('id')
    .where('clinicId', '=', user.clinicId)
    .where('userId', '=', user.id)
    .where('tokenHash', '=', hashOf(token))
    .where('generation', '=', user.factorGeneration)
    .where('skipsCodeUntil', '>', sql<Date>`now()`)
  return (await browser.executeTakeFirst()) !== undefined
}

/** Those that need no code, the latest first. */
export function rememberedBrowsers(db: Database, user: Owner): Promise<RememberedBrowser[]> {
  return db
    .selectFrom('knownBrowsers')
    .innerJoin('users', (join) =>
      join
        .onRef('users.clinicId', '=', 'knownBrowsers.clinicId')
        .onRef('users.id', '=', 'knownBrowsers.userId')
        .onRef('users.factorGeneration', '=', 'knownBrowsers.generation'),
    )
    .select(['knownBrowsers.id', 'userAgent', 'lastSeenAt'])
    .select(sql<Date>`skips_code_until`.as('until'))
    .where('knownBrowsers.clinicId', '=', user.clinicId)
    .where('userId', '=', user.id)
    .where('skipsCodeUntil', '>', sql<Date>`now()`)
    .orderBy('lastSeenAt', 'desc')
    .execute()
}

/** All of them, or one. */
export async function forgetBrowsers(db: Database | Transaction, user: Owner, id?: string): Promise<void> {
  await db
    .updateTable('knownBrowsers')
    .set({ skipsCodeUntil: null })
    .where('clinicId', '=', user.clinicId)
    .where('userId', '=', user.id)
    .$if(id !== undefined, (browsers) => browsers.where('id', '=', id as string))
    .execute()
}

/** A step of the sweep. */
export function forgetOldBrowsers(db: Database): Promise<number> {
  return deleteOld(
    acrossClinics(db, 'the sweep is one for all'),
    sql`delete from known_browsers where (clinic_id, id) in (
      select clinic_id, id from known_browsers
      where last_seen_at < now() - make_interval(days => ${BROWSERS_KEPT_DAYS})
      limit ${STEP} for update skip locked)`,
  )
}

async function countBrowsers(trx: Transaction, user: { clinicId: Id; id: Id }): Promise<number> {
  const { count } = await trx
    .selectFrom('knownBrowsers')
    .select(({ fn }) => fn.countAll<string>().as('count'))
    .where('clinicId', '=', user.clinicId)
    .where('userId', '=', user.id)
    .executeTakeFirstOrThrow()
  return Number(count)
}

function hashOf(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}
