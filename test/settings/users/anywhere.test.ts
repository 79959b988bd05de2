import { DEMO_PASSWORD } from '../../../src/demo/team.ts'
import { testClinic } from '../../support/app.ts'
import { INSIDE, limit, OUTSIDE, PROXY, signedInAt } from '../../support/networks.ts'
import { pressAndVerify, signedIn } from '../../support/press.ts'
import t from '../../support/tap.ts'
import { hidden } from '../../support/visitor.ts'

const LABEL = 'May sign in from anywhere'

t.test('an administrator lets one person sign in from anywhere, and takes it back', async (t) => {
  const clinic = await testClinic(t, PROXY)
  const { team } = clinic
  const adam = await signedInAt(INSIDE, clinic, team.administrator)
  const page = `/settings/users/${team.receptionist.id}`
  t.notMatch((await adam.get(page)).text, LABEL, 'nothing of it where nobody is limited')
  await limit(clinic, team.owner, ['receptionist'])
  const limited = await adam.get(page)
  t.match(limited.text, `${LABEL} No`)
  t.match(limited.text, 'Allow sign-in from anywhere')
  t.notMatch((await adam.get(`/settings/users/${team.scheduler.id}`)).text, LABEL)
  const rosa = await signedInAt(OUTSIDE, clinic, team.receptionist)

  const allowed = await pressAndVerify(adam, `${page}/anywhere`, { anywhere: 'yes' })
  t.equal(allowed.location, page)
  t.match((await adam.get(page)).text, `${LABEL} Yes`)
  t.match((await adam.get('/settings/activity')).text, `${LABEL}: No → Yes`)
  t.equal((await rosa.signIn(team.receptionist)).location, '/')
  t.equal((await pressAndVerify(adam, `${page}/anywhere`, { anywhere: 'no' })).location, page)
  t.equal((await rosa.get('/my-details')).status, 403, 'at once, in a running session')
  t.equal((await adam.post(`${page}/anywhere`, { anywhere: 'perhaps' })).status, 422)
})

t.test('only whoever may manage someone lets them sign in from anywhere', async (t) => {
  const clinic = await testClinic(t, PROXY)
  const { team } = clinic
  await limit(clinic, team.owner, ['administrator', 'receptionist'])
  const rosa = await signedInAt(INSIDE, clinic, team.receptionist)
  t.equal(
    (await rosa.post(`/settings/users/${team.receptionist.id}/anywhere`, { anywhere: 'yes' })).status,
    403,
  )
  const adam = await signedInAt(INSIDE, clinic, team.administrator)
  const refused = await pressAndVerify(adam, `/settings/users/${team.owner.id}/anywhere`, { anywhere: 'yes' })
  t.match(refused.text, 'Only another owner can do this')
  t.equal((await adam.post('/settings/users/999999/anywhere', { anywhere: 'yes' })).status, 404)
  const foreign = { origin: 'https://evil.example' }
  const path = `/settings/users/${team.receptionist.id}/anywhere`
  t.equal((await adam.post(path, { anywhere: 'yes' }, foreign)).status, 403)
})

t.test(
  'nobody shuts themselves out: not by this, not by a new role, not by giving up ownership',
  async (t) => {
    const clinic = await testClinic(t, PROXY)
    const { db, team } = clinic
    await limit(clinic, team.owner, ['administrator'])
    await db.updateTable('users').set({ anywhere: true }).where('id', '=', team.administrator.id).execute()
    const adam = await signedInAt(OUTSIDE, clinic, team.administrator)
    const own = await pressAndVerify(adam, `/settings/users/${team.administrator.id}/anywhere`, {
      anywhere: 'no',
    })
    t.equal(own.status, 422)
    t.match(own.text, `This would shut you out: you’re at ${OUTSIDE}`)

    await db
      .updateTable('users')
      .set({ isOwner: true, anywhere: false })
      .where('id', '=', team.administrator.id)
      .execute()
    const given = await pressAndVerify(adam, `/settings/users/${team.administrator.id}/ownership`)
    t.equal(given.status, 422)
    t.match(given.text, 'This would shut you out')

    await db.updateTable('users').set({ isOwner: false }).where('id', '=', team.administrator.id).execute()
    await limit(clinic, team.owner, ['receptionist'])
    const edit = `/settings/users/${team.administrator.id}`
    const version = hidden(await adam.get(`${edit}/edit`), 'version')
    const details = {
      version,
      firstName: 'Adam',
      lastName: 'Okafor',
      isPractitioner: 'no',
      role: 'receptionist',
    }
    const moved = await pressAndVerify(adam, edit, details)
    t.equal(moved.status, 422)
    t.match(moved.html, /href="#role">This would shut you out/)
    adam.ip = INSIDE
    t.equal((await pressAndVerify(adam, edit, details)).status, 303, 'at the clinic they can')
    const users = db
      .selectFrom('users')
      .select(['role', 'anywhere', 'isOwner'])
      .where('id', '=', team.administrator.id)
    t.same(await users.executeTakeFirst(), { role: 'receptionist', anywhere: false, isOwner: false })
  },
)

t.test('a role that is limited while someone takes it on does not shut them out', async (t) => {
  const clinic = await testClinic(t, PROXY)
  const { team } = clinic
  const adam = await signedInAt(OUTSIDE, clinic, team.administrator)
  const olivia = await signedIn(clinic, team.owner)
  const edit = `/settings/users/${team.administrator.id}`
  const version = hidden(await adam.get(`${edit}/edit`), 'version')
  const details = {
    version,
    firstName: 'Adam',
    lastName: 'Okafor',
    isPractitioner: 'no',
    role: 'receptionist',
  }
  const NETWORKS = '/settings/clinic/networks'
  const rule = { network1: INSIDE, networkLabel1: 'Clinic', limitedRole3: 'yes' }
  const ready = async (visitor: typeof olivia, path: string, fields: Record<string, string>) => {
    const lastLook = await visitor.post(path, fields)
    return { signedForm: hidden(lastLook, 'signedForm'), currentPassword: DEMO_PASSWORD }
  }
  const form = await ready(adam, edit, details)
  const ruleForm = await ready(olivia, NETWORKS, {
    ...{ version: hidden(await olivia.get(NETWORKS), 'version'), ...rule },
  })
  const [moved, limited] = await Promise.all([adam.post(edit, form), olivia.post(NETWORKS, ruleForm)])
  t.equal(limited.status, 303)
  // If he came first, it was Olivia who shut him out, knowing what she did.
  if (moved.status === 422) t.match(moved.text, 'This would shut you out')
  else t.equal(moved.status, 303)
})
