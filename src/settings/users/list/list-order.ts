import { type OrderByDirection, type RawBuilder, sql } from 'kysely'
import type { Id } from '../../../database/schema.ts'

export const SORTS = ['name', '-name', 'last-sign-in', '-last-sign-in'] as const

/** A minus reverses the order. */
export type Sort = (typeof SORTS)[number]

/** Where a page ends: the sort key itself and not only the user, who may change and move. */
export interface Cursor {
  key: string
  id: Id
}

export interface ListOrder {
  column: RawBuilder<unknown>
  /** The same order in a form that no index matches. */
  unindexed: RawBuilder<unknown>
  /** The column as the text of a cursor. */
  key: RawBuilder<string>
  /** What PostgreSQL compares the column with, from the text of a cursor. */
  boundOf(key: string): string
  direction: OrderByDirection
  /** Whether a user comes after the cursor. */
  isAfter(bound: string, id: Id): RawBuilder<boolean>
}

const NEVER = 'never'

/** Before 2286, because a date that PostgreSQL can't store would be an error. */
const MICROSECONDS = /^\d{1,16}$/

export function isByName(sort: Sort): boolean {
  return sort === 'name' || sort === '-name'
}

export function listOrder(sort: Sort, backwards: boolean): ListOrder {
  const direction = sort.startsWith('-') === backwards ? 'asc' : 'desc'
  return orderBy(isByName(sort) ? BY_NAME : BY_LAST_SIGN_IN, direction)
}

/** For people found by first name: sorted by first name, then last. */
export function firstNameOrder({ direction }: ListOrder): ListOrder {
  return orderBy(BY_FIRST_NAME, direction)
}

function orderBy({ type, ...order }: typeof BY_NAME, direction: OrderByDirection): ListOrder {
  const comparison = sql.raw(direction === 'asc' ? '>' : '<')
  return {
    ...order,
    direction,
    isAfter: (bound, id) => sql`(${order.column}, id) ${comparison} (${bound}::${type}, ${id}::bigint)`,
  }
}

export function firstNameFirst(sortName: string): string {
  return sortName.split('\t').reverse().join('\t')
}

export function encodeCursor({ key, id }: Cursor): string {
  return Buffer.from(`${id} ${key}`).toString('base64url')
}

/** Null for what never came from `encodeCursor` under this order. */
export function decodeCursor(text: string, sort: Sort): Cursor | null {
  const [, id, key] = /^([1-9]\d{0,17}) ([^\0]*)$/.exec(Buffer.from(text, 'base64url').toString()) ?? []
  if (id === undefined || key === undefined) return null
  if (!isByName(sort) && key !== NEVER && !MICROSECONDS.test(key)) return null
  return { key, id }
}

const BY_NAME = {
  column: sql`sort_name`,
  unindexed: sql`sort_name || ''`,
  key: sql<string>`sort_name`,
  type: sql`text`,
  boundOf: (key: string) => key,
}

/** Cursors name the last name first, as everywhere. */
const BY_FIRST_NAME: typeof BY_NAME = {
  ...BY_NAME,
  column: sql`first_sort_name`,
  boundOf: firstNameFirst,
}

const BY_LAST_SIGN_IN: typeof BY_NAME = {
  column: sql`coalesce(last_sign_in_at, '-infinity')`,
  unindexed: sql`coalesce(last_sign_in_at, '-infinity') + interval '0'`,
  key: sql<string>`coalesce((extract(epoch from last_sign_in_at) * 1000000)::bigint::text, ${sql.lit(NEVER)})`,
  type: sql`timestamptz`,
  boundOf: (key: string) => (key === NEVER ? '-infinity' : momentOf(BigInt(key))),
}

/** To the microsecond, which a Date doesn't hold. */
function momentOf(microseconds: bigint): string {
  const second = new Date(Number(microseconds / 1_000_000n) * 1_000).toISOString().slice(0, 19)
  return `${second}.${`${microseconds % 1_000_000n}`.padStart(6, '0')}Z`
}
