import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { type Action, type Grant, PERMISSION_TABLE } from '../../roles/permissions.ts'
import { ROLE_NAMES, ROLES, type Role, type RoleDescription } from '../../roles/roles.ts'
import { currentUser } from '../../sessions/session-of-request.ts'
import { words } from '../../words/en.ts'

declare module 'fastify' {
  interface Pages {
    'settings/roles/index': {
      roles: (RoleDescription & { id: string; isMine: boolean })[]
      areas: { area: string; rows: ReturnType<typeof rowOf>[] }[]
      notes: string[]
    }
  }
}

const { areas, actions, notes, grants } = words.roles

const NOTE_NAMES = Object.keys(notes) as (keyof typeof notes)[]

export const roleRoutes: FastifyPluginAsyncTypebox = async (app) => {
  app.get('/', { config: { access: 'roles.show' } }, async (request, reply) => {
    const { role } = currentUser(request)
    return reply.page('settings/roles/index', {
      roles: ROLE_NAMES.map((name) => ({
        ...ROLES[name],
        id: name.replace(' ', '-'),
        isMine: name === role,
      })),
      areas: PERMISSION_TABLE.map(({ area, actions }) => ({ area: areas[area], rows: actions.map(rowOf) })),
      notes: NOTE_NAMES.map((name) => notes[name]),
    })
  })
}

function rowOf({ action, may, note }: Action) {
  const cells = ROLE_NAMES.map((role, column) => cellOf(role, may[column] ?? 'no'))
  return { action: actions[action], cells, note: note ? NOTE_NAMES.indexOf(note) + 1 : null }
}

function cellOf(role: Role, grant: Grant) {
  return { role: ROLES[role].label, grant, words: grants[grant] }
}
