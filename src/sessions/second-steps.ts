import { sql } from 'kysely'
import type { ClinicHere } from '../clinics/clinics.ts'
import type { Keys } from '../config/keys.ts'
import type { Database, Transaction } from '../database/database.ts'
import type { SecondStepChange, User } from '../database/schema.ts'
import { queueEmail } from '../emails/outbox.ts'
import { type Actor, recordEvent } from '../events/events.ts'
import { Refusal } from '../refusal.ts'
import { can, type Role } from '../roles/roles.ts'
import { addCodeApp, codeAppsOf, type NewApp, removeCodeApps } from './code-apps.ts'
import { clearCodes } from './code-tries.ts'
import { endAccess } from './end-access.ts'
import { insertPasskey, type NewPasskey, passkeysOf, removePasskeys } from './passkeys.ts'
import { countRecoveryCodes, deleteRecoveryCodes, makeRecoveryCodes } from './recovery-codes.ts'

/** Whether the clinic's rule, as it is today, asks this person for a second step. */
export function needsSecondStep(
  { twoStepNow }: Pick<ClinicHere, 'twoStepNow'>,
  user: { role: Role },
): boolean {
  return twoStepNow === 'everybody' || (twoStepNow === 'administrators' && can(user, 'users.edit'))
}

export async function secondStepsOf(db: Database, user: Pick<User, 'clinicId' | 'id'>) {
  const [apps, passkeys, codesLeft] = await Promise.all([
    codeAppsOf(db, user),
    passkeysOf(db, user),
    countRecoveryCodes(db, user),
  ])
  return { apps, passkeys, codesLeft }
}

interface Change {
  actor: Actor
  /** The session to keep, if they're doing this themselves. */
  keep?: string | undefined
}

/**
 * Within the transaction that holds the person's row. The first one comes with recovery codes; every other session ends.
 * @returns the recovery codes, to be shown once, or null if they have theirs already
 */
export async function addApp(
  trx: Transaction,
  keys: Keys,
  user: User,
  app: NewApp,
  { actor, keep }: Change,
): Promise<string[] | null> {
  await addCodeApp(trx, keys, user, app)
  await noteChange(trx, actor, user, { action: 'second-step.added', change: 'app added', label: app.label })
  return added(trx, keys, user, { actor, keep })
}

/** The same with a passkey. @throws {Refusal} if it's known already */
export async function addPasskey(
  trx: Transaction,
  keys: Keys,
  user: User,
  passkey: NewPasskey,
  { actor, keep }: Change,
): Promise<string[] | null> {
  const { label } = passkey
  if (!(await insertPasskey(trx, user, passkey))) throw new Refusal('form', 'passkeyKnown')
  await noteChange(trx, actor, user, { action: 'passkey.added', change: 'passkey added', label })
  return added(trx, keys, user, { actor, keep })
}

async function added(trx: Transaction, keys: Keys, user: User, { actor, keep }: Change) {
  const codes = user.secondStepSince ? null : await makeRecoveryCodes(trx, keys, user)
  await noteSecondSteps(trx, user)
  await clearCodes(trx, user)
  await endAccess(trx, user, { because: 'second step changed', by: actor, keep })
  return codes
}

/** An app or a passkey. @throws {Refusal} if it's the last one and the clinic needs one */
export async function removeSecondStep(
  trx: Transaction,
  user: User,
  id: string,
  { actor, keep, isNeeded }: Change & { isNeeded: boolean },
): Promise<void> {
  const [apps, passkeys] = [await codeAppsOf(trx, user), await passkeysOf(trx, user)]
  const app = apps.find((other) => other.id === id)
  const passkey = passkeys.find((other) => other.id === id)
  if (!app && !passkey) throw new Refusal('form', 'noSuchApp')
  if (isNeeded && apps.length + passkeys.length === 1) throw new Refusal('form', 'lastSecondStep')
  await removeCodeApps(trx, user, id)
  await removePasskeys(trx, user, id)
  if (!(await noteSecondSteps(trx, user))) await deleteRecoveryCodes(trx, user)
  await endAccess(trx, user, { because: 'second step changed', by: actor, keep })
  const change = app
    ? ({ action: 'second-step.removed', change: 'app removed', label: app.label } as const)
    : ({ action: 'passkey.removed', change: 'passkey removed', label: passkey?.label ?? '' } as const)
  await noteChange(trx, actor, user, change)
}

export async function renewCodes(trx: Transaction, keys: Keys, user: User, actor: Actor): Promise<string[]> {
  const codes = await makeRecoveryCodes(trx, keys, user)
  await noteChange(trx, actor, user, { action: 'recovery-codes.made', change: 'codes made' })
  return codes
}

/** Takes away everything but the password. */
export async function removeSecondSteps(trx: Transaction, user: User): Promise<void> {
  await removeCodeApps(trx, user)
  await removePasskeys(trx, user)
  await deleteRecoveryCodes(trx, user)
  await noteSecondSteps(trx, user)
  await clearCodes(trx, user)
}

/** The event, and the email to its owner. */
async function noteChange(
  trx: Transaction,
  actor: Actor,
  { clinicId, id: userId, email: recipient }: User,
  { action, change, label }: { action: string; change: SecondStepChange; label?: string },
): Promise<void> {
  await recordEvent(trx, actor, { action, subjectId: userId, ...(label && { after: { label } }) })
  await queueEmail(trx, {
    clinicId,
    userId,
    recipient,
    kind: 'second step changed',
    secondStepChange: change,
  })
}

/** Says on the person's row whether they have one; what was proved with the old ones ends. */
async function noteSecondSteps(trx: Transaction, { clinicId, id }: User): Promise<boolean> {
  const { rows } = await sql<{ hasOne: boolean }>`
    update users set factor_generation = factor_generation + 1, must_set_up_second_step = false, second_step_since = case
      when exists (select from code_apps as app
          where app.clinic_id = ${clinicId} and app.user_id = ${id} and app.removed_at is null)
        or exists (select from passkeys as passkey
          where passkey.clinic_id = ${clinicId} and passkey.user_id = ${id} and passkey.removed_at is null)
      then coalesce(second_step_since, now()) end
    where users.clinic_id = ${clinicId} and users.id = ${id}
    returning second_step_since is not null as has_one`.execute(trx)
  return rows[0]?.hasOne ?? false
}
