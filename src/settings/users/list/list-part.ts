import { type SelectQueryBuilder, sql } from 'kysely'
import { type Closed, closedToday } from '../../../clinics/access-dates.ts'
import type { Database } from '../../../database/database.ts'
import { prepared } from '../../../database/prepared.ts'
import type { Day, Id, Schema } from '../../../database/schema.ts'
import { type EmailFacts, newestEmail } from '../../../emails/email-line.ts'
import type { Role } from '../../../roles/roles.ts'
import { type Status, statusOf } from '../../../users/users.ts'
import { type Cursor, firstNameOrder, type ListOrder, listOrder, type Sort } from './list-order.ts'
import { type ListedClinic, type UserFilter, usersWho } from './user-filter.ts'

const LAST_CHARACTER = '\u{10ffff}'

export interface ListedUser {
  id: Id
  firstName: string
  lastName: string
  role: Role
  isPractitioner: boolean
  isOwner: boolean
  status: Status
  lastSignInAt: Date | null
  accessFrom: Day | null
  accessUntil: Day | null
  closed: Closed | null
  /** A person's position in the list. */
  key: string
  /** Only for people who haven't joined, or if it failed. */
  newestEmail: EmailFacts | null
}

type NameColumn = 'sortName' | 'firstSortName'
type Choices = Omit<UserFilter, 'search'>

/** People who stand one after another in an index. */
export interface ListPart {
  sort: Sort
  backwards: boolean
  choices: Choices
  limit: number
  cursor?: Cursor | undefined
  /** Only people with a name that begins with it. */
  beginning?: Beginning | undefined
}

interface Beginning {
  column: NameColumn
  text: string
}

export async function readPart(
  db: Database,
  { clinicId }: ListedClinic,
  part: ListPart,
): Promise<ListedUser[]> {
  const { choices, cursor, beginning, ...rest } = part
  const { role, isPractitioner, status } = choices
  const order = orderOf(part.sort, part.backwards, beginning?.column)
  const values = {
    ...{ clinicId, isPractitioner },
    ...{ bound: cursor && order.boundOf(cursor.key), id: cursor?.id },
    ...{ begin: beginning?.text, end: beginning && beginning.text + LAST_CHARACTER },
  }
  return usersInOrder(db, values as Required<Values>, {
    ...rest,
    ...{ status, role, hasPractitioner: isPractitioner !== undefined },
    ...{ hasCursor: cursor !== undefined, column: beginning?.column },
  })
}

interface Values {
  clinicId: Id
  isPractitioner: boolean
  bound: string
  id: Id
  begin: string
  end: string
}

interface Shape extends Pick<ListPart, 'sort' | 'backwards' | 'limit'> {
  status: Choices['status'] | undefined
  role: Role | undefined
  hasPractitioner: boolean
  hasCursor: boolean
  column: NameColumn | undefined
}

const usersInOrder = prepared((db, values: Values, shape: Shape) => {
  const { column, status, role } = shape
  const order = orderOf(shape.sort, shape.backwards, column)
  const people = usersWho(db, values.clinicId, {
    ...(status && { status }),
    ...(role && { role }),
    ...(shape.hasPractitioner && { isPractitioner: values.isPractitioner }),
  })
    .$if(shape.hasCursor, (query) => query.where(order.isAfter(values.bound, values.id)))
    .$if(column !== undefined, (query) =>
      query.where(beginsBetween(column as NameColumn, values.begin, values.end)),
    )
    // Those found by their last name stand before them.
    .$if(column === 'firstSortName', (query) =>
      query.where((eb) => eb.not(beginsBetween('sortName', values.begin, values.end))),
    )
  return asListed(people, order)
    .orderBy(order.column, order.direction)
    .orderBy('id', order.direction)
    .limit(sql.lit(shape.limit))
})

export function orderOf(sort: Sort, backwards: boolean, column?: NameColumn): ListOrder {
  const order = listOrder(sort, backwards)
  return column === 'firstSortName' ? firstNameOrder(order) : order
}

export function beginsWith({ column, text }: Beginning) {
  return beginsBetween(column, text, text + LAST_CHARACTER)
}

function beginsBetween(column: NameColumn, begin: string, end: string) {
  return sql<boolean>`(${sql.ref(column)} >= ${begin} and ${sql.ref(column)} < ${end})`
}

/** What a row of the list shows. */
export function asListed(people: SelectQueryBuilder<Schema, 'users', object>, order: ListOrder) {
  return people
    .select(['id', 'firstName', 'lastName', 'role', 'isPractitioner', 'isOwner', 'lastSignInAt'])
    .select(['accessFrom', 'accessUntil', closedToday().as('closed')])
    .select([order.key.as('key'), newestEmail.as('newestEmail')])
    .select((eb) => statusOf(eb).as('status'))
}
