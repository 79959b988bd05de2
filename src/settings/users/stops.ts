import type { Database } from '../../database/database.ts'
import type { User } from '../../database/schema.ts'
import { handedOutBy } from '../../sessions/handed-out.ts'

/** The confirmation row that says what will stop; none if nothing does. */
export async function stopsRow(db: Database, user: User, change: Partial<User>, field: string) {
  const { invitations, emailChanges, imports, drafts } = await handedOutBy(db, { ...user, ...change })
  const by = user.firstName
  const stops = [
    counted(invitations.length, 'invitation', `sent by ${by}`),
    counted(
      emailChanges.length,
      'change of an email address',
      `requested by ${by}`,
      'changes of email addresses',
    ),
    counted(imports.length, 'import', `started by ${by}`),
    counted(drafts.length, 'draft import', `of ${by}`),
  ].filter(Boolean)
  return stops.length > 0 ? [{ label: 'Also stops', value: stops.join(', '), field }] : []
}

function counted(count: number, one: string, whose: string, many = `${one}s`): string {
  return count === 0 ? '' : `${count.toLocaleString('en-AU')} ${count === 1 ? one : many} ${whose}`
}
