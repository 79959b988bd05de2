import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { acrossClinics } from '../database/clinic-guard.ts'
import type { Database, Transaction } from '../database/database.ts'
import { deleteOld, STEP } from '../database/delete-old.ts'
import type { EmailKind, Id, User } from '../database/schema.ts'

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
  const until = sql<Date>`now() + make_interval(days => ${rememberDays})`
  const row = {
    ...{ clinicId, id: randomUUID(), userId, tokenHash: hashOf(token), userAgent, generation },
    skipsCodeUntil: rememberDays > 0 ? until : null,
  }
  const again = {
    ...{ lastSeenAt: sql<Date>`now()`, userAgent },
    ...(rememberDays > 0 && { skipsCodeUntil: until, generation }),
  }
  // One statement, because every sign-in waits for it. What it counts is as it was before.
  await db
    .with('seen', (db) =>
      db
        .insertInto('knownBrowsers')
        .values(row)
        .onConflict((conflict) => conflict.columns(['clinicId', 'tokenHash', 'userId']).doUpdateSet(again))
        .returning(sql<boolean>`xmax = 0`.as('isNew')),
    )
    .insertInto('emails')
    .columns(['clinicId', 'userId', 'recipient', 'kind'])
    .expression((eb) =>
      eb
        .selectFrom('seen')
        .select([eb.val(clinicId).as('clinicId'), eb.val(userId).as('userId')])
        .select([eb.val(recipient).as('recipient'), eb.val('new browser' as EmailKind).as('kind')])
        .where('isNew', '=', true)
        .where(({ exists }) =>
          exists(
            eb
              .selectFrom('knownBrowsers')
              .select('id')
              .where('clinicId', '=', clinicId)
              .where('userId', '=', userId),
          ),
        ),
    )
    .execute()
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

/** For everyone who has signed in here: a copy that somebody made of the old token is of no browser any more. */
export async function replaceToken(
  db: Database,
  { clinicId }: Owner,
  { old, token }: { old: string; token: string },
): Promise<void> {
  await db
    .updateTable('knownBrowsers')
    .set({ tokenHash: hashOf(token) })
    .where('clinicId', '=', clinicId)
    .where('tokenHash', '=', hashOf(old))
    .execute()
}

/** Where a clinic lets browsers be remembered for less long, that holds for those that are. */
export async function rememberForAtMost(trx: Transaction, clinicId: Id, days: number): Promise<void> {
  await trx
    .updateTable('knownBrowsers')
    .set({ skipsCodeUntil: sql`least(skips_code_until, now() + make_interval(days => ${days}))` })
    .where('clinicId', '=', clinicId)
    .where('skipsCodeUntil', '>', sql<Date>`now()`)
    .execute()
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

function hashOf(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}
