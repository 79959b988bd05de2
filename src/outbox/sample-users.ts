import { sql } from 'kysely'
import type { Transaction } from '../database/database.ts'
import type { User } from '../database/schema.ts'
import { sortName } from '../users/names.ts'
import { changeUser } from '../users/users.ts'

export interface SampleNames {
  clinic: string
  administrator: Pick<User, 'firstName' | 'lastName'>
  colleague: Pick<User, 'firstName' | 'lastName'>
}

export interface SampleUsers {
  administrator: User
  colleague: User
}

/** No clinic can have it. */
const SAMPLE_LABEL = 'harbour.sample'

export const NOWHERE = { ip: null, userAgent: null }

/** A clinic of two, within the transaction that is rolled back. */
export async function sampleUsers(
  trx: Transaction,
  { clinic: name, ...names }: SampleNames,
  label = SAMPLE_LABEL,
): Promise<SampleUsers> {
  const clinic = await trx
    .insertInto('clinics')
    .values({ name, label, country: 'AU', timeZone: 'Australia/Melbourne' })
    .returning('id')
    .executeTakeFirstOrThrow()
  const person = (rest: Pick<User, 'firstName' | 'lastName' | 'email' | 'role' | 'isPractitioner'>) =>
    trx
      .insertInto('users')
      .values({
        ...{ clinicId: clinic.id, sortName: sortName(rest.firstName, rest.lastName) },
        ...{ timeZone: 'Australia/Melbourne', ...rest },
      })
      .returningAll()
      .executeTakeFirstOrThrow()
  const administrator = await person({
    ...names.administrator,
    ...{ email: 'olivia@clinic.example', role: 'administrator', isPractitioner: false },
  })
  const colleague = await person({
    ...names.colleague,
    ...{ email: 'nora@clinic.example', role: 'receptionist', isPractitioner: true },
  })
  await join(trx, administrator)
  return { administrator, colleague }
}

export async function join(trx: Transaction, user: User): Promise<void> {
  await changeUser(trx, user, { joinedAt: sql<Date>`now()`, passwordHash: 'none' })
}
