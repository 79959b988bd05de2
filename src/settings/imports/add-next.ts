import { sql } from 'kysely'
import { acrossClinics } from '../../database/clinic-guard.ts'
import { type Database, type Transaction, violatedUnique } from '../../database/database.ts'
import type { Id, Import, ImportRow } from '../../database/schema.ts'
import type { Log } from '../../emails/message.ts'
import { type Problem, problem, Refusal } from '../../refusal.ts'
import { NoLongerAllowed, now } from '../../roles/acting-user.ts'
import { refuseTakenEmail } from '../../users/email-taken.ts'
import { log as said } from '../../words/en/log.ts'
import { insertUser, type NewUser } from '../users/add-user.ts'
import { endEarly } from './run.ts'

export interface AddingParts {
  db: Database
  log: Log
}

/** `idle`: nothing to do, or other workers have claimed it. */
type Step = 'worked' | 'idle'

const ATTEMPTS_MAX = 5
const RETRY_AFTER_SECONDS = 2

/**
 * Adds the next person of the import that waited longest, in one transaction with their invitation, their email and
 * the mark on their row. The lock on the import is the claim: it ends with the transaction, however that ends, so a
 * process that is killed leaves nothing half done and nothing locked, and no two ever have the same row.
 */
export async function addNext({ db, log }: AddingParts): Promise<Step> {
  let taken: Row | undefined
  try {
    return await db.transaction().execute(async (trx) => {
      const userImport = await claimImport(trx)
      if (!userImport) return 'idle'
      taken = await nextRow(trx, userImport)
      if (taken) await addRow(trx, userImport, taken)
      else await finishOrWait(trx, userImport)
      return 'worked'
    })
  } catch (error) {
    if (!taken) throw error
    if (!violatedUnique(error)) log.error({ err: error, importId: taken.importId }, said.rowNotAdded)
    await tryLater(db, taken, error)
    return 'worked'
  }
}

type Row = Pick<ImportRow, 'clinicId' | 'importId' | 'number' | 'userFields' | 'attempts'>

/** Takes turns, so that a long import doesn't hold up another clinic's short one. */
function claimImport(trx: Transaction): Promise<Import | undefined> {
  return acrossClinics(trx, 'the clinics take turns')
    .with('next', (db) =>
      db
        .selectFrom('imports')
        .select('id')
        .where('startedAt', 'is not', null)
        .where('finishedAt', 'is', null)
        .where('workedAt', '<=', clock)
        .where(({ not, exists, selectFrom }) =>
          not(
            exists(
              selectFrom('clinics')
                .select('clinics.id')
                .whereRef('clinics.id', '=', 'imports.clinicId')
                .where('suspendedAt', 'is not', null),
            ),
          ),
        )
        .orderBy('workedAt')
        .limit(1)
        .forUpdate()
        .skipLocked(),
    )
    .updateTable('imports')
    .from('next')
    .whereRef('imports.id', '=', 'next.id')
    .set({ workedAt: clock })
    .returningAll('imports')
    .executeTakeFirst()
}

function nextRow(trx: Transaction, { clinicId, id }: Import): Promise<Row | undefined> {
  return trx
    .selectFrom('importRows')
    .select(['clinicId', 'importId', 'number', 'userFields', 'attempts'])
    .where('clinicId', '=', clinicId)
    .where('importId', '=', id)
    .where(isWaiting)
    .where((eb) => eb.or([eb('nextAttemptAt', 'is', null), eb('nextAttemptAt', '<=', clock)]))
    .orderBy('number')
    .limit(1)
    .executeTakeFirst()
}

async function addRow(trx: Transaction, userImport: Import, row: Row): Promise<void> {
  const { clinicId, createdBy: userId, ip, userAgent } = userImport
  const actor = { clinicId, userId, ip, userAgent }
  try {
    const user = row.userFields as NewUser
    await refuseTakenEmail(trx, clinicId, user.email)
    await mark(trx, row, { userId: await insertUser(trx, actor, user) })
  } catch (error) {
    // A refusal comes before anything is written, so this transaction can record it.
    if (error instanceof NoLongerAllowed) await endEarly(trx, actor, userImport, { stopReason: 'right lost' })
    else if (error instanceof Refusal) await mark(trx, row, { refusal: error.problem })
    else throw error
  }
}

/** Two imports can contain the same person; the next attempt sees who came first. Other errors might be temporary too. */
async function tryLater(db: Database, row: Row, error: unknown): Promise<void> {
  const attempts = row.attempts + 1
  if (attempts >= ATTEMPTS_MAX) return mark(db, row, { attempts, refusal: GAVE_UP })
  const seconds = violatedUnique(error) ? 0 : RETRY_AFTER_SECONDS * attempts
  await mark(db, row, { attempts, nextAttemptAt: sql`now() + make_interval(secs => ${seconds})` })
}

const GAVE_UP = problem('form', 'importGaveUp')

async function mark(
  db: Database | Transaction,
  { clinicId, importId, number }: Row,
  {
    refusal,
    ...outcome
  }: { userId?: Id; attempts?: number; nextAttemptAt?: ReturnType<typeof sql<Date>>; refusal?: Problem },
): Promise<void> {
  await db
    .updateTable('importRows')
    .set({ ...outcome, ...(refusal && { refusal: JSON.stringify(refusal) }) })
    .where('clinicId', '=', clinicId)
    .where('importId', '=', importId)
    .where('number', '=', number)
    // Another process might have claimed it in between.
    .where(isWaiting)
    .execute()
}

/** Nothing is due: it's finished, or waiting for its next attempt. */
async function finishOrWait(trx: Transaction, { clinicId, id }: Import): Promise<void> {
  const waiting = trx
    .selectFrom('importRows')
    .where('clinicId', '=', clinicId)
    .where('importId', '=', id)
    .where(isWaiting)
  const next = await waiting.select((eb) => eb.fn.min('nextAttemptAt').as('at')).executeTakeFirst()
  const changes = next?.at ? { workedAt: next.at } : { finishedAt: now }
  await trx
    .updateTable('imports')
    .set(changes)
    .where('clinicId', '=', clinicId)
    .where('id', '=', id)
    .execute()
}

const isWaiting = sql<boolean>`user_fields is not null and user_id is null and refusal is null`

/** Unlike now(), advances within a transaction. */
const clock = sql<Date>`clock_timestamp()`
