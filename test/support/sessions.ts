import type { Database } from '../../src/database/database.ts'
import type { User } from '../../src/database/schema.ts'

/** The session in which somebody signed in last. */
export async function sessionIdOf(db: Database, user: Pick<User, 'id'>): Promise<string> {
  const sessions = db.selectFrom('sessions').select('sessionId').where('userId', '=', user.id)
  return (await sessions.orderBy('createdAt', 'desc').limit(1).executeTakeFirstOrThrow()).sessionId
}
