import Fastify from 'fastify'
import { MEMBER_NAMES, type Member } from '../../src/demo/team.ts'
import { can, type Permission } from '../../src/roles/roles.ts'
import { requireAccess } from '../../src/sessions/access-plugin.ts'
import { testClinic } from '../support/app.ts'
import { HARBOUR, secondClinic } from '../support/second-clinic.ts'
import t from '../support/tap.ts'
import { Visitor } from '../support/visitor.ts'

const ACCESS_TABLE = {
  'GET /health/live': 'anyone',
  'GET /health/ready': 'anyone',
  'GET /assets/:version/*': 'anyone',
  'GET /favicon.ico': 'anyone',
  'POST /webhooks/postmark': 'anyone',
  'GET /': 'anyone',
  'GET /setup': 'anyone',
  'POST /setup': 'anyone',
  'GET /sign-in': 'guest',
  'POST /sign-in': 'guest',
  'GET /sign-in/code': 'guest',
  'POST /sign-in/code': 'guest',
  'GET /sign-in/recovery': 'guest',
  'POST /sign-in/recovery': 'guest',
  'GET /sign-in/help': 'guest',
  'POST /sign-in/help': 'guest',
  'GET /set-up-second-step/:token': 'anyone',
  'GET /set-up-second-step': 'anyone',
  'POST /set-up-second-step': 'anyone',
  'GET /set-up-second-step/app': 'guest',
  'POST /set-up-second-step/app': 'guest',
  'GET /my-details/second-step': 'my-details.edit',
  'POST /my-details/second-step/app/start': 'my-details.edit',
  'GET /my-details/second-step/app': 'my-details.edit',
  'POST /my-details/second-step/app': 'my-details.edit',
  'POST /my-details/second-step/:id/remove': 'my-details.edit',
  'POST /sign-in/passkey/start': 'guest',
  'POST /sign-in/passkey': 'guest',
  'POST /set-up-second-step/passkey': 'guest',
  'POST /my-details/second-step/passkeys/start': 'my-details.edit',
  'GET /my-details/second-step/passkeys/new': 'my-details.edit',
  'POST /my-details/second-step/passkeys': 'my-details.edit',
  'POST /my-details/second-step/recovery-codes': 'my-details.edit',
  'GET /my-details/second-step/recovery-codes': 'my-details.edit',
  'POST /my-details/second-step/recovery-codes/kept': 'my-details.edit',
  'POST /my-details/second-step/known-browsers/:id/forget': 'my-details.edit',
  'GET /settings/clinic/second-step': 'clinic.security',
  'POST /settings/clinic/second-step': 'clinic.security',
  'POST /settings/clinic/second-step/remind': 'clinic.security',
  'GET /settings/clinic/export': 'clinic.ownership',
  'POST /settings/clinic/export': 'clinic.ownership',
  'GET /settings/clinic/close': 'clinic.ownership',
  'POST /settings/clinic/close': 'clinic.ownership',
  'POST /settings/clinic/close/undo': 'clinic.ownership',
  'GET /settings/clinic/networks': 'clinic.security',
  'POST /settings/clinic/networks': 'clinic.security',
  'POST /settings/users/:id/anywhere': 'users.edit',
  'GET /settings/users/:id/second-step/reset': 'users.edit',
  'POST /settings/users/:id/second-step/reset': 'users.edit',
  'GET /continue': 'signed-in',
  'GET /still-here': 'signed-in',
  'POST /kept-form/discard': 'signed-in',
  'POST /sign-out': 'anyone',
  'GET /forgot-password': 'guest',
  'POST /forgot-password': 'guest',
  'GET /reset-password/:token': 'anyone',
  'GET /reset-password': 'anyone',
  'POST /reset-password': 'anyone',
  'GET /settings/users': 'users.list',
  'POST /settings/users/export': 'users.list',
  'GET /settings/users/new': 'users.add',
  'POST /settings/users': 'users.add',
  'GET /settings/imports': 'users.add',
  'POST /settings/imports': 'users.add',
  'GET /settings/imports/template.csv': 'users.add',
  'GET /settings/imports/:id': 'users.add',
  'POST /settings/imports/:id': 'users.add',
  'POST /settings/imports/:id/columns': 'users.add',
  'POST /settings/imports/:id/start': 'users.add',
  'POST /settings/imports/:id/stop': 'users.add',
  'POST /settings/imports/:id/discard': 'users.add',
  'GET /settings/imports/:id/results.csv': 'users.add',
  'GET /settings/users/:id': 'users.show',
  'GET /settings/users/:id/edit': 'users.edit',
  'POST /settings/users/:id': 'users.edit',
  'POST /settings/users/:id/ownership': 'users.edit',
  'POST /settings/users/:id/invitation/revocation': 'users.invite',
  'GET /settings/users/:id/address': 'users.edit',
  'POST /settings/users/:id/address': 'users.edit',
  'POST /settings/users/:id/address/withdrawal': 'users.edit',
  'POST /settings/users/:id/invitation': 'users.invite',
  'GET /settings/users/:id/replace-email': 'users.edit',
  'POST /settings/users/:id/replace-email': 'users.edit',
  'POST /settings/users/:id/sign-out': 'users.edit',
  'POST /settings/users/:id/password-link': 'users.edit',
  'POST /settings/users/:id/deactivation': 'users.deactivate',
  'POST /settings/users/:id/address/release': 'users.edit',
  'GET /settings/users/:id/reactivation': 'users.deactivate',
  'POST /settings/users/:id/reactivation': 'users.deactivate',
  'GET /settings/roles': 'roles.show',
  'GET /settings/clinic': 'clinic.settings',
  'POST /settings/clinic': 'clinic.settings',
  'GET /settings/activity': 'activity.show',
  'POST /settings/activity/export': 'activity.show',
  'GET /my-details': 'signed-in',
  'GET /my-details/edit': 'my-details.edit',
  'POST /my-details': 'my-details.edit',
  'GET /.well-known/change-password': 'anyone',
  'GET /my-details/password': 'my-details.edit',
  'POST /my-details/password': 'my-details.edit',
  'GET /my-details/email': 'my-details.edit',
  'POST /my-details/email': 'my-details.edit',
  'POST /my-details/email/withdrawal': 'my-details.edit',
  'POST /my-details/sessions/:sessionId/sign-out': 'signed-in',
  'POST /my-details/sessions/sign-out': 'signed-in',
  'GET /confirm-email/:token': 'anyone',
  'GET /confirm-email': 'anyone',
  'POST /confirm-email': 'anyone',
  'POST /confirm-email/sign-out': 'anyone',
  'GET /new-mailbox/:token': 'anyone',
  'GET /new-mailbox': 'anyone',
  'POST /new-mailbox': 'anyone',
  'GET /stop-replacement/:token': 'anyone',
  'GET /stop-replacement': 'anyone',
  'POST /stop-replacement': 'anyone',
  'GET /join/:token': 'anyone',
  'GET /join': 'anyone',
  'POST /join': 'anyone',
  'POST /join/request': 'anyone',
  'POST /join/sign-out': 'anyone',
  'GET /outbox': 'anyone',
  'GET /outbox/previews': 'anyone',
  'GET /outbox/previews/:kind': 'anyone',
  'GET /outbox/previews/:kind/html': 'anyone',
  'GET /outbox/:id': 'anyone',
  'GET /outbox/:id/html': 'anyone',
  'GET /styleguide': 'anyone',
}

t.test('the access table is as written here', async (t) => {
  const { app } = await testClinic(t)
  const table = [...app.accessTable].filter(([route]) => !route.startsWith('HEAD '))
  t.same(Object.fromEntries(table), ACCESS_TABLE)
})

t.test('an app with a route that declares no access does not start', async (t) => {
  const app = Fastify()
  requireAccess(app)
  t.throws(() => app.get('/open', async () => 'oops'), /GET \/open does not declare its access/)
})

t.test('every role is let in where the roles table says so, and nowhere else', async (t) => {
  const { app, team } = await testClinic(t)
  for (const name of MEMBER_NAMES) {
    const member = team[name as Member]
    const visitor = new Visitor(app)
    await visitor.signIn(member)
    for (const [route, access] of app.accessTable) {
      const [method, pattern = ''] = route.split(' ')
      if (access === 'anyone' || access === 'guest' || (method !== 'GET' && method !== 'POST')) continue
      const url = pattern.replace(':id', '999999')
      const visit = method === 'GET' ? await visitor.get(url) : await visitor.post(url, { nothing: 'useful' })
      const isAllowed = access === 'signed-in' || can(member, access as Permission)
      t.equal(visit.status === 403, !isAllowed, `${name}: ${route} answers ${visit.status}`)
      if (!isAllowed) t.match(visit.text, 'You don’t have access to this page')
    }
  }
})

t.test('signed out, every page but the open ones leads to sign-in', async (t) => {
  const { app } = await testClinic(t)
  for (const [route, access] of app.accessTable) {
    const [method, pattern = ''] = route.split(' ')
    if (access === 'anyone' || access === 'guest' || (method !== 'GET' && method !== 'POST')) continue
    const visitor = new Visitor(app)
    const url = pattern.replace(':id', '1')
    const visit = method === 'GET' ? await visitor.get(url) : await visitor.post(url)
    if (method === 'GET') t.match(visit.location, /^\/sign-in\?next=/, route)
    else t.match(visit, { status: 401 }, route)
  }
})

t.test('another clinic’s people are not there for an administrator', async (t) => {
  const clinic = await testClinic(t)
  const { team } = clinic
  const adam = new Visitor(clinic.app, HARBOUR)
  await adam.signIn(team.administrator)
  const others = await secondClinic(clinic)
  for (const id of [
    others.invited.id,
    '999999',
    '0',
    '-1',
    '1.5',
    '1e3',
    'x',
    '0x1',
    '9223372036854775808',
    '9'.repeat(30),
    "1'--",
    '%00',
  ]) {
    t.equal((await adam.get(`/settings/users/${id}`)).status, 404, id)
    t.equal((await adam.post(`/settings/users/${id}/invitation`)).status, 404, id)
  }
  t.notMatch((await adam.get('/settings/users')).html, `/settings/users/${others.owner.id}"`)
  t.equal((await adam.get(`/settings/users?after=${others.owner.id}`)).text.match(/Hilltop/), null)
})
