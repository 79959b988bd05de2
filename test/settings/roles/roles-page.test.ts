import { PERMISSION_TABLE } from '../../../src/roles/permissions.ts'
import { can, ROLE_NAMES, ROLES } from '../../../src/roles/roles.ts'
import { words } from '../../../src/words/en.ts'
import { testClinic } from '../../support/app.ts'
import t from '../../support/tap.ts'
import { Visitor } from '../../support/visitor.ts'

const { app, team } = await testClinic(t)
const actions = PERMISSION_TABLE.flatMap((area) => area.actions)

t.test('every signed-in person sees all roles, and which is theirs', async (t) => {
  for (const member of [team.administrator, team.receptionist, team.practitioner]) {
    const visitor = new Visitor(app)
    await visitor.signIn(member)
    const page = await visitor.get('/settings/roles')
    t.equal(page.status, 200)
    for (const role of ROLE_NAMES) t.ok(page.text.includes(ROLES[role].explanation), role)
    const mine = [...page.html.matchAll(/<dt>([^<]+) <span class="badge mine">Your role/g)].map(
      (match) => match[1],
    )
    t.strictSame(mine, [ROLES[member.role].label])
  }
})

t.test('a visitor who is signed out is asked to sign in', async (t) => {
  t.match((await new Visitor(app).get('/settings/roles')).location, /^\/sign-in/)
})

t.test('the page shows the whole table, cell by cell, as the code checks it', async (t) => {
  const rows = [...(await rolesPage()).html.matchAll(/<tr>\s*<th scope="row"[^>]*>(.*?)<\/th>(.*?)<\/tr>/gs)]
  t.equal(rows.length, actions.length)
  const grants = { yes: 'Yes', own: 'Own', no: 'No', owner: 'Owners only' }
  for (const [index, action] of actions.entries()) {
    const [, heading = '', cells = ''] = rows[index] ?? []
    t.ok(heading.startsWith(words.roles.actions[action.action].replaceAll('&', '&amp;')), action.action)
    const shown = [...cells.matchAll(/<td class="\w+" data-label="([^"]+)" headers="[^"]+">([^<]+)<\/td>/g)]
    t.strictSame(
      shown.map((cell) => [cell[1], cell[2]]),
      ROLE_NAMES.map((role, column) => [ROLES[role].label, grants[action.may[column] ?? 'no']]),
    )
    const { permission } = action
    if (!permission) continue
    t.strictSame(
      shown.map((cell) => cell[2] === 'Yes'),
      ROLE_NAMES.map((role) => can({ role }, permission)),
      permission,
    )
  }
})

t.test('each cell names its area, its action and its role, for those who hear the table', async (t) => {
  const { html } = await rolesPage()
  const heads = new Map(
    [...html.matchAll(/<th [^>]*id="([^"]+)"[^>]*>([^<]*)/g)].map(([, id, text]) => [id, text]),
  )
  const cells = [...html.matchAll(/<td [^>]*headers="([^"]+)"/g)].map(([, ids = '']) => ids.split(' '))
  const expected = PERMISSION_TABLE.flatMap(({ area, actions }) =>
    actions.flatMap(({ action }) =>
      ROLE_NAMES.map((role) => [words.roles.areas[area], words.roles.actions[action], ROLES[role].label]),
    ),
  )
  const spoken = cells.map((ids) => ids.map((id) => heads.get(id)?.trim().replaceAll('&amp;', '&')))
  t.same(spoken, expected)
})

t.test('each note mark leads to its note', async (t) => {
  const { html } = await rolesPage()
  const marked = actions.filter((action) => action.note)
  t.equal([...html.matchAll(/<a href="#note-\d">/g)].length, marked.length)
  for (const action of marked) {
    const start = html.indexOf(`>${words.roles.actions[action.action]} <sup>`)
    const number = /#note-(\d)/.exec(html.slice(start, start + 200))?.[1]
    t.ok(
      html.includes(`<li id="note-${number}">${words.roles.notes[action.note ?? 'letters']}</li>`),
      action.action,
    )
  }
})

t.test('the table has a caption, and headings for its columns, areas and rows', async (t) => {
  const { html } = await rolesPage()
  t.match(html, /<caption[^>]*>What each security role can do/)
  t.equal([...html.matchAll(/<th scope="col"/g)].length, 7)
  t.equal([...html.matchAll(/<th scope="rowgroup" [^>]*colspan="7">/g)].length, PERMISSION_TABLE.length)
  t.notMatch(html, / style=/)
})

async function rolesPage() {
  const visitor = new Visitor(app)
  await visitor.signIn(team.administrator)
  return visitor.get('/settings/roles')
}
