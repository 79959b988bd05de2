import { sql } from 'kysely'
import { acrossClinics } from '../database/clinic-guard.ts'
import type { Database, Transaction } from '../database/database.ts'
import { deleteOld, STEP } from '../database/delete-old.ts'
import type { Id } from '../database/schema.ts'
import { type Problem, problem, Refusal } from '../refusal.ts'

const LABEL_MIN_LENGTH = 3
export const LABEL_MAX_LENGTH = 40
/** So that nobody takes over what emails and bookmarks still name. */
const OLD_LABELS_KEPT_DAYS = 365

/** What people take for a part of Frontdesk itself, or what mail, certificates and browsers look for. */
const RESERVED = new Set(
  `about abuse account accounts admin administrator api app apps assets auth autoconfig autodiscover backup billing blog cdn
  clinic clinics contact demo dev docs email example find frontdesk ftp health help home host hostmaster imap info internal
  invite join legal localhost login logout mail mta-sts mx my-details news noreply ns ns1 ns2 oauth operator outbox owner
  payment ping pop postmaster privacy public root security server settings setup shop sign-in sign-up smtp sso staging static
  status support system terms test tls unsubscribe webhook webhooks webmaster wpad www`.split(/\s+/),
)

/** The part of a clinic's host before the installation's; as it is typed, in lower case. */
export function labelProblem(label: string): Problem | null {
  if (!/^[a-z0-9-]+$/.test(label)) return problem('label', 'labelCharacters')
  if (label.length < LABEL_MIN_LENGTH || label.length > LABEL_MAX_LENGTH)
    return problem('label', 'labelLength', { min: LABEL_MIN_LENGTH, max: LABEL_MAX_LENGTH })
  if (/^-|-$|^..--/.test(label)) return problem('label', 'labelHyphens')
  return RESERVED.has(label) ? problem('label', 'labelTaken') : null
}

/** Made of the name, and perhaps taken. */
export function suggestedLabel(clinicName: string): string {
  const label = clinicName
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, LABEL_MAX_LENGTH)
    .replace(/^-+|-+$/g, '')
  return labelProblem(label) ? `clinic-${label}`.replace(/-+$/, '').slice(0, LABEL_MAX_LENGTH) : label
}

/** For a clinic that is about to be created. Of two at once, the second waits here. @throws {Refusal} */
export async function reserveLabel(trx: Transaction, label: string): Promise<void> {
  const insert = trx
    .insertInto('labels')
    .values({ label })
    .onConflict((conflict) => conflict.doNothing())
  const { numInsertedOrUpdatedRows: reserved } = await insert.executeTakeFirst()
  if (reserved !== 1n) throw new Refusal('label', 'labelTaken')
}

export async function giveLabel(trx: Transaction, clinicId: Id, label: string): Promise<void> {
  await trx.updateTable('labels').set({ givenTo: clinicId }).where('label', '=', label).execute()
}

/**
 * The clinic's address from now on; the old one leads here for a year. One of its own old ones can be had again.
 * @throws {Refusal} where another clinic has it, or had it
 */
export async function replaceLabel(trx: Transaction, clinicId: Id, label: string): Promise<void> {
  const { numInsertedOrUpdatedRows: taken } = await trx
    .insertInto('labels')
    .values({ label, givenTo: clinicId })
    .onConflict((conflict) =>
      conflict.column('label').doUpdateSet({ replacedAt: null }).where('labels.givenTo', '=', clinicId),
    )
    .executeTakeFirst()
  if (taken !== 1n) throw new Refusal('label', 'labelTaken')
  await trx
    .updateTable('labels')
    .set({ replacedAt: sql`now()` })
    .where('givenTo', '=', clinicId)
    .where('label', '<>', label)
    .where('replacedAt', 'is', null)
    .execute()
  await trx.updateTable('clinics').set({ label }).where('id', '=', clinicId).execute()
}

/** What the clinic is called that had this label; null where none had. */
export async function newLabelOf(db: Database, label: string): Promise<string | null> {
  const clinic = await acrossClinics(db, 'this finds out which clinic it is')
    .selectFrom('labels')
    .innerJoin('clinics', 'clinics.id', 'labels.givenTo')
    .select('clinics.label')
    .where('labels.label', '=', label.toLowerCase())
    .where('labels.replacedAt', 'is not', null)
    .executeTakeFirst()
  return clinic?.label ?? null
}

/** A step of the sweep. */
export function forgetOldLabels(db: Database): Promise<number> {
  return deleteOld(
    db,
    sql`delete from labels where label in (
      select label from labels
      where replaced_at < now() - make_interval(days => ${OLD_LABELS_KEPT_DAYS})
      limit ${STEP} for update skip locked)`,
  )
}
