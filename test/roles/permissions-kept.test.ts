import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { PERMISSION_TABLE, ROLE_NAMES } from '../../src/roles/permissions.ts'
import { testClinic } from '../support/app.ts'
import t from '../support/tap.ts'

/** Where a role may be named: the column, the table, the words for each role, the first owner, samples, words no password is made of. */
const NAME_ROLES = [
  'src/database/clinic-schema.ts',
  'src/roles/permissions.ts',
  'src/roles/roles.ts',
  'src/words/en/roles.ts',
  'src/set-up/set-up.ts',
  'src/demo/team.ts',
  'src/demo/seed.ts',
  'src/outbox/sample-users.ts',
  'src/sessions/password-rules.ts',
]

async function filesOf(folder: string): Promise<{ path: string; text: string }[]> {
  const names = (await readdir(folder, { recursive: true })).filter((name) => /\.(ts|eta)$/.test(name))
  return Promise.all(
    names.map(async (name) => {
      const path = join(folder, name)
      return { path, text: await readFile(path, 'utf8') }
    }),
  )
}

const src = await filesOf('src')
const sources = [...src, ...(await filesOf('views'))]
const permissions = PERMISSION_TABLE.flatMap(({ actions }) =>
  actions.flatMap(({ permission }) => permission ?? []),
)

/** The calls by which a verb asks for a right. */
const ASKED =
  /\b(?:can|rolesWith|lockActor|lockForManaging|canManage)\((?:[^()]|\([^()]*\))*?'([a-z-]+\.[a-z]+)'/g

t.test('every permission of the table is asked for by a route, and by the verb behind it', async (t) => {
  const { app } = await testClinic(t)
  const onRoutes = new Set<string>(app.accessTable.values())
  const inVerbs = new Set(
    src
      .filter(({ path }) => path !== 'src/roles/permissions.ts')
      .flatMap(({ text }) => [...text.matchAll(ASKED)].map((match) => match[1])),
  )
  // Reading a page changes nothing, so no verb asks again. Only owners see and press what ownership takes.
  const onlyRead = ['users.list', 'users.show', 'activity.show', 'roles.show']
  const withinPages = ['clinic.security', 'clinic.ownership']
  for (const permission of permissions) {
    if (!withinPages.includes(permission)) t.ok(onRoutes.has(permission), `a route: ${permission}`)
    if (!onlyRead.includes(permission)) t.ok(inVerbs.has(permission), `a verb: ${permission}`)
  }
})

t.test('every access mark, and every right that a view or a verb asks for, is in the table', async (t) => {
  const { app } = await testClinic(t)
  const known = new Set<string>([...permissions, 'anyone', 'guest', 'signed-in'])
  t.same(
    [...app.accessTable].filter(([, access]) => !known.has(access)),
    [],
  )
  for (const { path, text } of sources) {
    const asked = [...text.matchAll(ASKED)].flatMap((match) => match[1] ?? [])
    t.same(
      asked.filter((permission) => !known.has(permission)),
      [],
      path,
    )
  }
})

t.test('nothing but the table decides by a role’s name', async (t) => {
  const others = ROLE_NAMES.filter((role) => role !== 'practitioner')
  const named = new RegExp(`['"\`](${others.join('|')})['"\`]`)
  // The word has another meaning, too: who has a calendar.
  const practitioner = /\brole\w*\b[^\n]*['"`]practitioner['"`]|['"`]practitioner['"`][^\n]*\brole\b/
  for (const { path, text } of sources) {
    if (NAME_ROLES.includes(path)) continue
    t.notMatch(text, named, path)
    t.notMatch(text, practitioner, path)
  }
})
