import type { Database } from '../../database/database.ts'
import type { User } from '../../database/schema.ts'
import { handedOutBy } from '../../sessions/handed-out.ts'
import { words } from '../../words/en.ts'

/** The confirmation row that says what will stop; none if nothing does. */
export async function stopsRow(db: Database, user: User, change: Partial<User>, field: string) {
  const { invitations, emailChanges, imports, drafts } = await handedOutBy(db, { ...user, ...change })
  const said = words.users.stops
  const by = { name: user.firstName }
  const stops = [
    invitations.length > 0 && said.invitations(invitations.length, by),
    emailChanges.length > 0 && said.emailChanges(emailChanges.length, by),
    imports.length > 0 && said.imports(imports.length, by),
    drafts.length > 0 && said.drafts(drafts.length, by),
  ].filter(Boolean)
  return stops.length > 0 ? [{ label: said.label, value: stops.join(', '), field }] : []
}
