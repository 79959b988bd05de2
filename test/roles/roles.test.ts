import { PERMISSION_TABLE, type Permission } from '../../src/roles/permissions.ts'
import { assignableRoles, can, canManage, ROLE_NAMES, ROLES, type Role } from '../../src/roles/roles.ts'
import { words } from '../../src/words/en.ts'
import t from '../support/tap.ts'

const actions = PERMISSION_TABLE.flatMap((area) => area.actions)
const checked = actions.flatMap(({ permission, ...action }) =>
  permission ? [{ ...action, permission }] : [],
)
const STRENGTH = { no: 0, own: 1, owner: 1, yes: 2 }

t.test('what the table shows for a role is what the code answers for it', async (t) => {
  for (const action of checked) {
    for (const [column, role] of ROLE_NAMES.entries()) {
      const grant = action.may[column]
      t.equal(can({ role }, action.permission), grant === 'yes', `${role}: ${action.permission}`)
      t.equal(
        can({ role, isOwner: true }, action.permission),
        grant === 'yes' || grant === 'owner',
        `an owner and ${role}: ${action.permission}`,
      )
    }
  }
})

t.test('only administrators touch other people’s user records', async (t) => {
  const reserved: Permission[] = [
    'users.list',
    'users.show',
    'users.add',
    'users.invite',
    'users.edit',
    'users.deactivate',
    'activity.show',
  ]
  for (const permission of reserved) {
    t.strictSame(
      ROLE_NAMES.filter((role) => can({ role }, permission)),
      ['administrator'],
      permission,
    )
  }
})

t.test('everybody sees the roles and edits their own details', async (t) => {
  for (const role of ROLE_NAMES) {
    t.ok(can({ role }, 'roles.show'), role)
    t.ok(can({ role }, 'my-details.edit'), role)
  }
})

t.test('a role or a permission that does not exist may do nothing', async (t) => {
  t.notOk(can({ role: 'root' as Role }, 'roles.show'))
  for (const name of ['users.everything', 'constructor', '__proto__', '', undefined]) {
    t.notOk(can({ role: 'administrator' }, name as Permission), String(name))
  }
})

t.test('each permission has one row, whose cells leave no room for a rule outside the table', async (t) => {
  const names = checked.map((action) => action.permission)
  t.equal(new Set(names).size, names.length)
  for (const action of checked) {
    t.ok(
      action.may.every((grant) => ['yes', 'no', 'owner'].includes(grant)),
      action.permission,
    )
  }
})

t.test('each action stands once in its area, and each note is used', async (t) => {
  for (const area of PERMISSION_TABLE) {
    const words = area.actions.map((action) => action.action)
    t.equal(new Set(words).size, words.length, area.area)
  }
  const used = new Set(actions.flatMap((action) => action.note ?? []))
  t.strictSame([...used].sort(), Object.keys(words.roles.notes).sort())
})

t.test('nobody gives a role that holds more than their own', async (t) => {
  for (const role of ROLE_NAMES) {
    for (const given of assignableRoles({ role })) {
      for (const action of actions) {
        const mine = action.may[ROLE_NAMES.indexOf(role)] ?? 'no'
        const theirs = action.may[ROLE_NAMES.indexOf(given)] ?? 'no'
        t.ok(STRENGTH[mine] >= STRENGTH[theirs], `${role} gives ${given}: ${action.action}`)
      }
    }
  }
})

t.test('an administrator may give all six roles, everyone else none', async (t) => {
  t.strictSame(assignableRoles({ role: 'administrator' }), [...ROLE_NAMES])
  for (const role of ROLE_NAMES.slice(1)) t.strictSame(assignableRoles({ role }), [], role)
})

t.test('a caller who changes the list of roles changes it for nobody else', async (t) => {
  assignableRoles({ role: 'administrator' }).pop()
  t.equal(assignableRoles({ role: 'administrator' }).length, 6)
})

t.test('each role is labelled, explained on one line and welcomed in one or two sentences', async (t) => {
  for (const role of ROLE_NAMES) {
    const { label, explanation, welcome } = ROLES[role]
    t.equal(label.toLowerCase(), role)
    t.ok(explanation.length > 20 && explanation.length <= 110, `${role}: ${explanation.length}`)
    t.match(explanation, /\.$/)
    const sentences = welcome.split(/\.(?:\s|$)/).filter(Boolean).length
    t.ok(sentences === 1 || sentences === 2, role)
  }
})

t.test('an administrator manages the people of their own clinic', async (t) => {
  const administrator = person('administrator')
  for (const role of ROLE_NAMES) {
    t.ok(canManage(administrator, person(role)), role)
    t.notOk(canManage(administrator, { ...person(role), clinicId: '2' }), `${role} of another clinic`)
  }
})

t.test('nobody but an administrator manages anyone, not even themselves', async (t) => {
  for (const role of ROLE_NAMES.slice(1)) {
    const actor = person(role)
    t.notOk(canManage(actor, actor), role)
    t.notOk(canManage(actor, person('scheduler')), role)
  }
})

t.test('only an owner manages an owner', async (t) => {
  const owner = { ...person('administrator'), isOwner: true }
  t.notOk(canManage(person('administrator'), owner))
  t.ok(canManage(owner, { ...owner, id: '9' }))
  t.ok(canManage(owner, owner))
  t.notOk(canManage(owner, { ...owner, clinicId: '2' }), 'an owner of another clinic')
  t.notOk(
    canManage({ ...person('receptionist'), isOwner: true }, person('scheduler')),
    'the flag gives no right',
  )
})

function person(role: Role) {
  return { id: role, clinicId: '1', role, isOwner: false }
}
