import { sql } from 'kysely'
import type { Keys } from '../config/keys.ts'
import { acrossClinics } from '../database/clinic-guard.ts'
import type { Database } from '../database/database.ts'
import { terminal } from '../words/en/terminal.ts'
import { pepperId } from './passwords.ts'

const said = terminal.passwords

/** With which secrets the passwords of those who have joined were hashed. */
interface PepperReport {
  current: number
  /** With the old one of `SECRET=new,old`: they work, and are hashed with the new one at the next sign-in. */
  old: number
  /** By a version of Frontdesk that did not note the secret; so are they. */
  unnamed: number
  /** With a secret that is not here: these people need a link to choose a new password. */
  lost: number
}

export async function readPeppers(db: Database, peppers: Keys): Promise<PepperReport> {
  const [current, ...old] = peppers.map(pepperId)
  const { rows } = await sql<{ pepper: string | null; people: string }>`
    select case when password_hash like 'v2:%' then split_part(password_hash, ':', 2) end as pepper, count(*) as people
    from users where password_hash is not null and deactivated_at is null group by 1`.execute(
    acrossClinics(db, 'the secret is one for all'),
  )
  const report: PepperReport = { current: 0, old: 0, unnamed: 0, lost: 0 }
  for (const { pepper, people } of rows) report[kindOf(pepper)] += Number(people)
  return report

  function kindOf(pepper: string | null): keyof PepperReport {
    if (pepper === null) return 'unnamed'
    if (pepper === current) return 'current'
    return old.includes(pepper) ? 'old' : 'lost'
  }
}

/** For whoever runs Frontdesk; null where there is nothing to say. */
export function pepperWords({ old, unnamed, lost }: PepperReport): string | null {
  const lines = [
    old > 0 && said.old(old),
    unnamed > 0 && said.unnamed(unnamed),
    lost > 0 && said.lost(lost),
  ].filter((line) => line !== false)
  return lines.length > 0 ? said.report(lines) : null
}

/** @throws where passwords are there and none was made with a secret of ours: nobody could sign in, without a word why. */
export async function requireOurPeppers(db: Database, peppers: Keys, secretIsLost: boolean): Promise<void> {
  if (secretIsLost) return
  const { rows } = await sql<{ isStranger: boolean }>`
    select exists (select from users where password_hash like 'v2:%') and not ${anyOf(peppers)} as is_stranger`.execute(
    acrossClinics(db, 'the secret is one for all'),
  )
  if (rows[0]?.isStranger) throw new Error(said.otherSecret)
}

function anyOf(peppers: Keys) {
  const made = peppers.map(
    (pepper) => sql`password_hash like ${`v2:${pepperId(pepper).replaceAll('_', '\\_')}:%`}`,
  )
  return sql`exists (select from users where ${sql.join(made, sql` or `)})`
}
