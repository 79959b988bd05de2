import { type OrderByDirection, type RawBuilder, sql } from 'kysely'
import type { Id } from '../database/schema.ts'

export const SORTS = ['name', '-name', 'last-sign-in', '-last-sign-in'] as const

/** The minus turns the order round. */
export type Sort = (typeof SORTS)[number]

/** Where a page ends: the place itself and not only who stood there, because people change and move. */
export interface Place {
  key: string
  id: Id
}

export interface ListOrder {
  column: RawBuilder<unknown>
  /** The same order in a form that no index has. */
  unindexed: RawBuilder<unknown>
  /** The column as the text of a place. */
  key: RawBuilder<string>
  direction: OrderByDirection
  isByName: boolean
  /** Whether someone stands beyond the place. */
  past(place: Place): RawBuilder<boolean>
}

const NEVER = 'never'

/** Before 2286; a date that PostgreSQL cannot hold would be an error. */
const MICROSECONDS = /^\d{1,16}$/

export function listOrder(sort: Sort, backwards: boolean): ListOrder {
  const { column, unindexed, key, bound } = keyOf(sort)
  const direction = sort.startsWith('-') === backwards ? 'asc' : 'desc'
  const comparison = sql.raw(direction === 'asc' ? '>' : '<')
  return {
    column,
    unindexed,
    key,
    direction,
    isByName: !sort.endsWith('last-sign-in'),
    past: (place) => sql`(${column}, id) ${comparison} (${bound(place.key)}, ${place.id}::bigint)`,
  }
}

export function encodePlace({ key, id }: Place): string {
  return Buffer.from(`${id} ${key}`).toString('base64url')
}

/** Null for what never came from `encodePlace` under this order. */
export function decodePlace(text: string, sort: Sort): Place | null {
  const [, id, key] = /^([1-9]\d{0,17}) ([^\0]*)$/.exec(Buffer.from(text, 'base64url').toString()) ?? []
  if (id === undefined || key === undefined) return null
  if (sort.endsWith('last-sign-in') && key !== NEVER && !MICROSECONDS.test(key)) return null
  return { key, id }
}

function keyOf(sort: Sort) {
  if (sort.endsWith('last-sign-in')) return BY_LAST_SIGN_IN
  return BY_NAME
}

const BY_NAME = {
  column: sql`sort_name`,
  unindexed: sql`sort_name || ''`,
  key: sql<string>`sort_name`,
  bound: (key: string) => sql`${key}`,
}

const BY_LAST_SIGN_IN = {
  column: sql`coalesce(last_sign_in_at, '-infinity')`,
  unindexed: sql`coalesce(last_sign_in_at, '-infinity') + interval '0'`,
  key: sql<string>`coalesce((extract(epoch from last_sign_in_at) * 1000000)::bigint::text, ${sql.lit(NEVER)})`,
  bound: (key: string) =>
    key === NEVER
      ? sql`'-infinity'::timestamptz`
      : sql`'epoch'::timestamptz + ${key}::bigint * interval '1 microsecond'`,
}
