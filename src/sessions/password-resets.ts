import { randomBytes } from 'node:crypto'
import { sql } from 'kysely'
import type { Keys } from '../config/keys.ts'
import type { Database, Transaction } from '../database/database.ts'
import type { Account, Id, User } from '../database/schema.ts'
import { linkIdOf, openedIdOf, tokenMatches } from '../emails/links.ts'
import { queueEmail } from '../emails/outbox.ts'
import { type Actor, recordEvent } from '../events/events.ts'
import { resendSameInvitation } from '../invitations/resend-same.ts'
import { findUserByEmail } from '../users/users.ts'
import { setPassword } from './set-password.ts'

export const RESET_VALID_MINUTES = 30

type From = Pick<Actor, 'ip' | 'userAgent'>

/**
 * Somebody forgot the password of this address, or says so. Active people get a link, invited ones their invitation
 * once more, everybody else nothing; the caller learns nothing about which.
 */
export async function requestPasswordReset(
  db: Database,
  account: Pick<Account, 'id'>,
  email: string,
  from: From,
): Promise<void> {
  const found = await findUserByEmail(db, account.id, email)
  const actor = { accountId: account.id, userId: null, ...from }
  await db.transaction().execute(async (trx) => {
    // The lock comes first: an event alone holds its person's row in a way that two requests at once deadlock on.
    const user = await lockUser(trx, account.id, found?.id ?? '0')
    await recordEvent(trx, actor, { action: 'password.reset-requested', subjectId: found?.id ?? null })
    if (!user || user.deactivatedAt) return
    if (user.joinedAt) await sendPasswordReset(trx, user)
    else await resendSameInvitation(trx, user)
  })
}

/** A new link by e-mail, in the transaction that made it necessary; an administrator may have asked for it. */
export async function sendPasswordReset(
  trx: Transaction,
  user: Pick<User, 'id' | 'accountId' | 'email'>,
  requestedBy: Id | null = null,
): Promise<void> {
  const { accountId, id: userId, email } = user
  const reset = await trx
    .insertInto('passwordResets')
    .columns(['accountId', 'userId', 'email', 'passwordFingerprint', 'nonce', 'expiresAt', 'requestedBy'])
    .expression((eb) =>
      eb
        .selectFrom('users')
        .select(['accountId', 'id', 'email'])
        .select([fingerprint.as('fingerprint'), eb.val(randomBytes(32)).as('nonce')])
        .select(sql<Date>`now() + make_interval(mins => ${RESET_VALID_MINUTES})`.as('expiresAt'))
        .select(sql<Id | null>`${requestedBy}::bigint`.as('requestedBy'))
        .where('accountId', '=', accountId)
        .where('id', '=', userId),
    )
    .returning('id')
    .executeTakeFirstOrThrow()
  const mail = { accountId, userId, recipient: email, passwordResetId: reset.id }
  await queueEmail(trx, { ...mail, kind: 'password reset' })
}

export interface OpenReset {
  state: 'open'
  reset: ResetDetails
}

/** What a link stands for at this moment. */
export type ResetState = OpenReset | { state: 'used' | 'expired' | 'closed' | 'unknown' }

export async function readReset(db: Database, keys: Keys, token: string): Promise<ResetState> {
  const id = linkIdOf(token) ?? openedIdOf(token)
  const reset = id && (await findReset(db, id))
  if (!reset || !tokenMatches(keys, 'password reset', reset, token)) return { state: 'unknown' }
  if (reset.usedAt) return { state: 'used' }
  if (reset.isExpired) return { state: 'expired' }
  return reset.isCurrent ? { state: 'open', reset } : { state: 'closed' }
}

/** Sets the new password, once, however many press at the same moment. False when the link was closed meanwhile. */
export async function resetPassword(
  db: Database,
  { reset }: OpenReset,
  passwordHash: string,
  from: From,
): Promise<boolean> {
  return db.transaction().execute(async (trx) => {
    const user = await lockUser(trx, reset.accountId, reset.userId)
    if (!user || !(await findReset(trx, reset.id))?.isCurrent) return false
    const used = await trx
      .updateTable('passwordResets')
      .set({ usedAt: sql`now()` })
      .where('id', '=', reset.id)
      .where('usedAt', 'is', null)
      .where('expiresAt', '>', sql<Date>`now()`)
      .executeTakeFirst()
    if (used.numUpdatedRows === 0n) return false
    const actor = { accountId: user.accountId, userId: user.id, ...from }
    await setPassword(trx, actor, user, passwordHash, 'password.reset')
    return true
  })
}

/** A fingerprint is enough to see a change, and gives nothing away. */
const fingerprint = sql<Buffer>`sha256(convert_to(users.password_hash, 'UTF8'))`

/** The same password under another hash closes no link. */
export async function keepResetsOpen(
  trx: Transaction,
  { id, accountId }: Pick<User, 'id' | 'accountId'>,
  oldHash: string,
): Promise<void> {
  await sql`
    update password_resets set password_fingerprint = ${fingerprint} from users
    where users.account_id = ${accountId} and users.id = ${id}
      and password_resets.account_id = users.account_id and password_resets.user_id = users.id
      and password_fingerprint = sha256(convert_to(${oldHash}, 'UTF8'))`.execute(trx)
}

/** A link is dead once the person is deactivated, or their address or password is another than when it was sent. */
const isCurrent = sql<boolean>`
  users.deactivated_at is null
  and users.email = password_resets.email
  and ${fingerprint} = password_resets.password_fingerprint`

export type ResetDetails = NonNullable<Awaited<ReturnType<typeof findReset>>>

export function findReset(db: Database | Transaction, id: Id) {
  return db
    .selectFrom('passwordResets')
    .innerJoin('users', (join) =>
      join
        .onRef('users.accountId', '=', 'passwordResets.accountId')
        .onRef('users.id', '=', 'passwordResets.userId'),
    )
    .innerJoin('accounts', 'accounts.id', 'passwordResets.accountId')
    .leftJoin('users as requester', 'requester.id', 'passwordResets.requestedBy')
    .selectAll('passwordResets')
    .select(['users.firstName', 'users.lastName', 'users.timeZone', 'accounts.name as clinicName'])
    .select(['requester.firstName as requesterFirstName', 'requester.lastName as requesterLastName'])
    .select(sql<boolean>`expires_at <= now()`.as('isExpired'))
    .select(isCurrent.as('isCurrent'))
    .where('passwordResets.id', '=', id)
    .executeTakeFirst()
}

function lockUser(trx: Transaction, accountId: Id, id: Id): Promise<User | undefined> {
  const user = trx.selectFrom('users').selectAll().where('accountId', '=', accountId).where('id', '=', id)
  return user.forUpdate().executeTakeFirst()
}
