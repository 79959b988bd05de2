import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { Id } from '../../database/schema.ts'
import { type ListedEvent, listEvents } from '../../events/list-events.ts'
import { currentUser } from '../../sessions/session-of-request.ts'
import { fullName } from '../../users/names.ts'
import { findUser } from '../../users/users.ts'
import { NotFound } from '../../web/errors.ts'
import { dated } from '../../words/dates.ts'
import { words } from '../../words/en.ts'
import { ActivityQuery, linkTo, wantedOf } from './activity-query.ts'
import { changeWords, EVENT_ACTIONS, eventWords } from './event-words.ts'
import { usersToChoose } from './users.ts'

declare module 'fastify' {
  interface Pages {
    'settings/activity/index': {
      rows: ReturnType<typeof rowOf>[]
      older: string | null
      exportLink: string
      filter: { person: string; action: string; until: string }
      person: { id: Id; name: string } | null
      actions: { name: string; words: string }[]
    } & Awaited<ReturnType<typeof usersToChoose>>
  }
}

export const eventRoutes: FastifyPluginAsyncTypebox = async (app) => {
  app.get(
    '/',
    { config: { access: 'activity.show' }, schema: { querystring: ActivityQuery } },
    async (request, reply) => {
      const me = currentUser(request)
      const { person, action, until, before } = request.query
      const wanted = wantedOf(request.query)
      const found = wanted.person ? await findUser(app.db, me.clinicId, wanted.person) : null
      if (wanted.person && !found) throw new NotFound()
      const filter = { ...wanted, ...(before && { before }), timeZone: me.timeZone }
      const [{ events, older }, choices] = await Promise.all([
        listEvents(app.db, me.clinicId, filter),
        usersToChoose(app.db, me.clinicId, found),
      ])
      const actions = EVENT_ACTIONS.map((name) => ({
        name,
        words: eventWords(name, words.activity.anyone),
      }))
      return reply.page('settings/activity/index', {
        rows: events.map((event) => rowOf(event, me.timeZone)),
        older: older && linkTo({ ...wanted, before: older }),
        filter: { person: person ?? '', action: action ?? '', until: until ?? '' },
        person: found && { id: found.id, name: fullName(found) },
        actions,
        exportLink: linkTo(wanted, '/settings/activity/export'),
        ...choices,
      })
    },
  )
}

function rowOf(event: ListedEvent, timeZone: string) {
  return {
    id: event.id,
    actor: event.actorName ?? words.activity.someone,
    words: eventWords(event.action, event.subjectName ?? words.activity.unknownEmail),
    subjectId: event.subjectId,
    at: dated(event.createdAt, timeZone),
    from: event.ip ?? '',
    changes: changeWords(event.before, event.after),
  }
}
