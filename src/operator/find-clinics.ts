import { type RawBuilder, sql } from 'kysely'
import { acrossClinics } from '../database/clinic-guard.ts'
import type { Database } from '../database/database.ts'
import type { Id } from '../database/schema.ts'

/** Numbers, and nobody's name: whoever runs the installation need not know who works where. */
export interface ClinicSummary {
  id: Id
  label: string
  name: string
  createdAt: Date
  practitioners: number
  administrative: number
  usersMax: number | null
  invitationsDailyMax: number | null
  suspendReason: string | null
  closesAt: Date | null
  lastSignInAt: Date | null
  /** Emails that wait, and that could not be sent in a week. */
  emailsWaiting: number
  emailsFailed: number
}

export async function listClinics(db: Database): Promise<ClinicSummary[]> {
  return summaries(db).orderBy('label').execute()
}

export async function findClinicLabelled(db: Database, label: string): Promise<ClinicSummary | null> {
  const clinic = summaries(db).where(sql`lower(label)`, '=', label.toLowerCase())
  return (await clinic.executeTakeFirst()) ?? null
}

function summaries(db: Database) {
  const emails = (condition: RawBuilder<unknown>) =>
    sql<number>`(select count(*)::int from emails where emails.clinic_id = clinics.id and ${condition})`
  return acrossClinics(db, 'whoever runs the server sees how many there are')
    .selectFrom('clinics')
    .select(['id', 'label', 'name', 'createdAt', 'practitioners', 'administrative', 'usersMax'])
    .select(['invitationsDailyMax', 'suspendReason', 'closesAt'])
    .select(
      sql<Date | null>`(select max(last_sign_in_at) from users where users.clinic_id = clinics.id)`.as(
        'lastSignInAt',
      ),
    )
    .select(emails(sql`sent_at is null and failed_at is null`).as('emailsWaiting'))
    .select(
      emails(sql`failed_at > now() - interval '7 days' and failure_kind is distinct from 'unwanted'`).as(
        'emailsFailed',
      ),
    )
}
