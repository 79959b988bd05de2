import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { type Action, type Grant, NOTES, PERMISSION_TABLE } from '../../roles/permissions.ts'
import { ROLE_NAMES, ROLES, type Role, type RoleDescription } from '../../roles/roles.ts'
import { currentUser } from '../../sessions/session.ts'

declare module 'fastify' {
  interface Pages {
    'settings/roles/index': {
      roles: (RoleDescription & { id: string; isMine: boolean })[]
      areas: { area: string; rows: ReturnType<typeof rowOf>[] }[]
      notes: string[]
    }
  }
}

const GRANT_WORDS: Record<Grant, string> = { yes: 'Yes', own: 'Own', no: 'No', owner: 'Owners only' }

const NOTE_NAMES = Object.keys(NOTES) as (keyof typeof NOTES)[]

export const roleRoutes: FastifyPluginAsyncTypebox = async (app) => {
  app.get('/', { config: { access: 'roles.show' } }, async (request, reply) => {
    const { role } = currentUser(request)
    return reply.page('settings/roles/index', {
      roles: ROLE_NAMES.map((name) => ({
        ...ROLES[name],
        id: name.replace(' ', '-'),
        isMine: name === role,
      })),
      areas: PERMISSION_TABLE.map(({ area, actions }) => ({ area, rows: actions.map(rowOf) })),
      notes: NOTE_NAMES.map((name) => NOTES[name]),
    })
  })
}

function rowOf({ action, may, note }: Action) {
  const cells = ROLE_NAMES.map((role, column) => cellOf(role, may[column] ?? 'no'))
  return { action, cells, note: note ? NOTE_NAMES.indexOf(note) + 1 : null }
}

function cellOf(role: Role, grant: Grant) {
  return { role: ROLES[role].label, grant, words: GRANT_WORDS[grant] }
}
