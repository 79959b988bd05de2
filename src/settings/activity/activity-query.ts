import { type Static, Type } from 'typebox'
import { ID_PATTERN } from '../../users/fields.ts'
import { EVENT_ACTIONS } from './event-words.ts'

/** A filter form also sends empty fields. */
const OptionalId = Type.Optional(Type.String({ pattern: `^$|${ID_PATTERN}` }))

export const ActivityQuery = Type.Object({
  person: OptionalId,
  action: Type.Optional(Type.String({ enum: ['', ...EVENT_ACTIONS] })),
  until: Type.Optional(Type.Union([Type.Literal(''), Type.String({ format: 'date', pattern: '^(19|20)' })])),
  before: OptionalId,
})

export type ActivityQuery = Static<typeof ActivityQuery>

/** What is asked for, without what was left empty and without a page. */
export function wantedOf({ person, action, until }: ActivityQuery) {
  return { ...(person && { person }), ...(action && { action }), ...(until && { until }) }
}

export function linkTo(query: ActivityQuery, path = '/settings/activity'): string {
  const fields = new URLSearchParams(query).toString()
  return fields ? `${path}?${fields}` : path
}
