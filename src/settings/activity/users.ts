import type { Database } from '../../database/database.ts'
import type { Id, User } from '../../database/schema.ts'
import { fullName } from '../../users/names.ts'
import { words } from '../../words/en.ts'

/** A longer list doesn't help anyone choose. */
export const USERS_OFFERED_MAX = 500

type Choice = Pick<User, 'id' | 'firstName' | 'lastName' | 'email'>

/** The filter's choices, by last name; in a larger clinic, only the current one. */
export async function usersToChoose(db: Database, clinicId: Id, chosen: Choice | null) {
  const everybody = await db
    .selectFrom('users')
    .select(['id', 'firstName', 'lastName', 'email'])
    .where('clinicId', '=', clinicId)
    .orderBy('sortName')
    .orderBy('id')
    .limit(USERS_OFFERED_MAX + 1)
    .execute()
  const isAll = everybody.length <= USERS_OFFERED_MAX
  return { isAll, people: isAll ? told(everybody) : told(chosen ? [chosen] : []) }
}

/** People with the same name are distinguished by their email addresses. */
function told(people: Choice[]): { id: Id; words: string }[] {
  const counts = new Map<string, number>()
  for (const person of people) counts.set(fullName(person), (counts.get(fullName(person)) ?? 0) + 1)
  return people.map((person) => {
    const name = fullName(person)
    return {
      id: person.id,
      words: counts.get(name) === 1 ? name : words.activity.namesake({ name, email: person.email }),
    }
  })
}
