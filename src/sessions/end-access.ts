import { sql } from 'kysely'
import type { Transaction } from '../database/database.ts'
import type { User } from '../database/schema.ts'
import type { Actor } from '../events/events.ts'
import { handedOutBy, takeBack } from './handed-out.ts'
import { forgetBrowsers } from './known-browsers.ts'
import { endSessionsOf } from './sessions.ts'

type ChangeOfAccess =
  | 'deactivated'
  | 'role changed'
  | 'ownership given up'
  | 'password changed'
  | 'email address changed'
  | 'second step changed'

type Ending = keyof typeof END

/** What each change in a person's access ends. */
const ENDS: Record<ChangeOfAccess, readonly Ending[]> = {
  deactivated: [
    ...['sessions', 'remembered browsers', 'invitations to them'],
    ...['changes of their email address', 'what they handed out'],
  ] as Ending[],
  'role changed': ['sessions', 'remembered browsers', 'what they handed out'],
  'ownership given up': ['what they handed out'],
  // A thief who had the old password might have requested an address of their own.
  'password changed': ['sessions', 'remembered browsers', 'changes of an email address by them'],
  // Signs out anyone who got in with the old mailbox.
  'email address changed': ['sessions'],
  // They began with less than what is asked for now.
  'second step changed': ['sessions', 'remembered browsers'],
}

interface EndOfAccess {
  because: ChangeOfAccess
  /** Who ends it. */
  by: Actor
  /** The session to keep, if they're doing this themselves. */
  keep?: string | undefined
}

/**
 * The one door out: within the transaction of the change, everything stops that the person no longer has a right to.
 * The caller holds their row, so nothing of theirs can begin or be used meanwhile, and writes the change afterwards:
 * whoever is on the way in locks people, then what is theirs, and the clinic's counts last.
 * @param user as they are after the change
 */
export async function endAccess(trx: Transaction, user: User, end: EndOfAccess): Promise<void> {
  for (const ending of ENDS[end.because]) await END[ending](trx, user, end)
}

const now = sql<Date>`now()`

const END = {
  sessions: (trx: Transaction, user: User, { keep }: EndOfAccess) => endSessionsOf(trx, user, keep),

  'remembered browsers': (trx: Transaction, user: User) => forgetBrowsers(trx, user),

  'invitations to them': (trx: Transaction, { clinicId, id }: User) =>
    trx
      .updateTable('invitations')
      .set({ revokedAt: now })
      .where('clinicId', '=', clinicId)
      .where('userId', '=', id)
      .where('acceptedAt', 'is', null)
      .where('revokedAt', 'is', null)
      .execute(),

  'changes of their email address': (trx: Transaction, user: User) => closeChanges(trx, user, 'userId'),

  'changes of an email address by them': (trx: Transaction, user: User) =>
    closeChanges(trx, user, 'requestedBy'),

  'what they handed out': async (trx: Transaction, user: User, { by }: EndOfAccess) =>
    takeBack(trx, by, user, await handedOutBy(trx, user)),
}

function closeChanges(trx: Transaction, { clinicId, id }: User, whose: 'userId' | 'requestedBy') {
  return trx
    .updateTable('emailChanges')
    .set({ withdrawnAt: now })
    .where('clinicId', '=', clinicId)
    .where(whose, '=', id)
    .where('confirmedAt', 'is', null)
    .where('withdrawnAt', 'is', null)
    .execute()
}
