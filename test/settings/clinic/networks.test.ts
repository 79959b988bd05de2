import type { Clinic, User } from '../../../src/database/schema.ts'
import { DEMO_PASSWORD } from '../../../src/demo/team.ts'
import { ROLE_NAMES } from '../../../src/roles/roles.ts'
import { type TestClinic, testClinic } from '../../support/app.ts'
import { INSIDE, limit, OUTSIDE, PROXY, signedInAt, Traveller } from '../../support/networks.ts'
import { pressAndVerify, signedIn } from '../../support/press.ts'
import { secondClinic } from '../../support/second-clinic.ts'
import t from '../../support/tap.ts'
import { type Fields, hidden, type Visitor } from '../../support/visitor.ts'

const NETWORKS = '/settings/clinic/networks'
const FRONT = { network1: '203.0.113.0/24', networkLabel1: 'Front office' }

const box = (role: Clinic['limitedRoles'][number]) => ({
  [`limitedRole${ROLE_NAMES.indexOf(role) + 1}`]: 'yes',
})

/** As the page shows it now, with these answers. */
async function typed(visitor: Visitor, fields: Fields): Promise<Fields> {
  return { version: hidden(await visitor.get(NETWORKS), 'version'), ...fields }
}

async function save(visitor: Visitor, fields: Fields) {
  return pressAndVerify(visitor, NETWORKS, await typed(visitor, fields))
}

async function savedIn({ db }: TestClinic, { clinicId }: User) {
  const clinic = db.selectFrom('clinics').select('limitedRoles').where('id', '=', clinicId)
  const networks = db
    .selectFrom('clinicNetworks')
    .select(['network', 'label'])
    .where('clinicId', '=', clinicId)
  return {
    ...(await clinic.executeTakeFirstOrThrow()),
    networks: (await networks.orderBy('network').execute()).map(
      ({ network, label }) => `${network} ${label}`,
    ),
  }
}

t.test('an administrator lists the clinic’s networks and limits a role, with their password', async (t) => {
  const clinic = await testClinic(t, PROXY)
  const { team } = clinic
  const adam = await signedInAt(INSIDE, clinic, team.administrator)
  const page = await adam.get(NETWORKS)
  t.equal(page.status, 200)
  t.match(page.text, `We see you at the address ${INSIDE} .`)
  t.match(page.text, 'TRUST_PROXY')
  const fields = {
    ...FRONT,
    network3: '2001:db8:1::7',
    networkLabel3: 'Anneli’s home & lab',
    ...box('receptionist'),
  }
  const lastLook = await adam.post(NETWORKS, await typed(adam, fields))
  t.match(lastLook.text, '203.0.113.0/24 (Front office), 2001:db8:1::7 (Anneli’s home & lab)')
  t.match(lastLook.text, 'only from these networks')
  t.same((await savedIn(clinic, team.owner)).limitedRoles, [], 'not before the password')
  const wrong = { signedForm: hidden(lastLook, 'signedForm'), currentPassword: 'not his password' }
  t.equal((await adam.post(NETWORKS, wrong)).status, 422)
  t.same((await savedIn(clinic, team.owner)).networks, [])

  t.equal((await save(adam, fields)).location, NETWORKS)
  t.same(await savedIn(clinic, team.owner), {
    limitedRoles: ['receptionist'],
    networks: ['203.0.113.0/24 Front office', '2001:db8:1::7/128 Anneli’s home & lab'],
  })
  const saved = await adam.get(NETWORKS)
  t.match(saved.html, 'value="2001:db8:1::7"')
  t.match(saved.html, /id="limitedRole3"[^>]* checked/)
  const { text } = await adam.get('/settings/activity')
  t.match(text, 'changed from where people can sign in')
  t.match(text, 'Only from the clinic’s networks: none → Receptionist')
  const rosa = new Traveller(clinic.app, OUTSIDE)
  t.equal((await rosa.signIn(team.receptionist)).status, 403)

  t.equal((await save(adam, { ...FRONT })).status, 303)
  t.equal((await rosa.signIn(team.receptionist)).location, '/')
  t.same(
    (await savedIn(clinic, team.owner)).networks,
    ['203.0.113.0/24 Front office'],
    'a cleared row is removed',
  )
})

t.test('each wrong row says what is wrong with it, and nothing is lost', async (t) => {
  const clinic = await testClinic(t, PROXY)
  const { team } = clinic
  const adam = await signedInAt(INSIDE, clinic, team.administrator)
  const fields = {
    ...FRONT,
    ...{ network2: '203.0.113.7/24', networkLabel2: 'Two' },
    ...{ network3: '0.0.0.0/0', networkLabel3: 'Three' },
    ...{ network4: 'the attic', networkLabel4: 'Four' },
    ...{ network5: '::ffff:203.0.113.0/120', networkLabel5: 'Five' },
    ...{ network6: '192.0.2.1', networkLabel6: '' },
    ...{ network7: '', networkLabel7: 'Seven' },
    ...box('scheduler'),
  }
  const refused = await adam.post(NETWORKS, await typed(adam, fields))
  t.equal(refused.status, 422)
  for (const [row, message] of [
    ['network2', 'Did you mean 203.0.113.0/24?'],
    ['network3', 'so wide that it limits nobody'],
    ['network4', 'Enter an address such as 203.0.113.7'],
    ['network5', 'Row 1 already has this network.'],
    ['networkLabel6', 'Enter a label'],
    ['network7', 'or clear the label'],
  ] as const) {
    t.match(refused.html, new RegExp(`href="#${row}">[^<]*${message.replace('?', '\\?')}`), row)
    t.match(refused.html, new RegExp(`id="${row}"[^>]* aria-invalid="true"`), row)
  }
  for (const [field, value] of Object.entries(fields).filter(([field]) => field.startsWith('network')))
    t.match(refused.html, `name="${field}" value="${value}"`, field)
  t.match(refused.html, /id="limitedRole4"[^>]* checked/)
  t.match(refused.html, 'id="network10"', 'with room for more')
  t.same((await savedIn(clinic, team.owner)).networks, [])
  for (const wrong of [{ network51: '192.0.2.1' }, { limitedRole1: 'no' }, { network1: `${'1'.repeat(61)}` }])
    t.equal((await adam.post(NETWORKS, await typed(adam, { ...FRONT, ...wrong }))).status, 422)
  const twice = new URLSearchParams([...Object.entries(await typed(adam, FRONT)), ['network1', '192.0.2.1']])
  t.equal((await adam.post(NETWORKS, `${twice}`)).status, 422)
  t.equal((await adam.post(NETWORKS, FRONT)).status, 422, 'a form without its version')
})

t.test('fifty networks fit', async (t) => {
  const clinic = await testClinic(t, PROXY)
  const adam = await signedInAt(INSIDE, clinic, clinic.team.administrator)
  const rows = Array.from({ length: 50 }, (_, index) => [
    [`network${index + 1}`, `2001:db8:${index}:ffff:ffff:ffff:ffff:ffff`],
    [`networkLabel${index + 1}`, 'ü'.repeat(60)],
  ])
  t.equal((await save(adam, Object.fromEntries(rows.flat()))).status, 303)
  t.equal((await savedIn(clinic, clinic.team.owner)).networks.length, 50)
  const page = await adam.get(NETWORKS)
  t.match(page.html, 'id="network50"')
  t.notMatch(page.html, 'id="network51"')
})

t.test('roles are not limited to no network at all', async (t) => {
  const clinic = await testClinic(t, PROXY)
  const olivia = await signedInAt(INSIDE, clinic, clinic.team.owner)
  const refused = await olivia.post(NETWORKS, await typed(olivia, box('receptionist')))
  t.equal(refused.status, 422)
  t.match(refused.html, /href="#network1">Enter at least one network/)
})

t.test('whoever saves is not shut out by it; owners never are', async (t) => {
  const clinic = await testClinic(t, PROXY)
  const { db, team } = clinic
  const adam = await signedInAt(OUTSIDE, clinic, team.administrator)
  const refused = await save(adam, { ...FRONT, ...box('administrator') })
  t.equal(refused.status, 422, 'before the password')
  t.match(refused.html, /href="#limitedRole1">This would shut you out: you’re at 198\.51\.100\.9/)
  t.same((await savedIn(clinic, team.owner)).networks, [])
  adam.ip = ''
  t.match((await save(adam, { ...FRONT, ...box('administrator') })).text, 'we can’t see the address')
  adam.ip = INSIDE
  t.equal((await save(adam, { ...FRONT, ...box('administrator') })).status, 303)
  t.equal(
    (await save(adam, { network1: '192.0.2.0/24', networkLabel1: 'New', ...box('administrator') })).status,
    422,
  )

  const olivia = await signedInAt(OUTSIDE, clinic, team.owner)
  t.equal(
    (await save(olivia, { network1: '192.0.2.0/24', networkLabel1: 'New', ...box('administrator') })).status,
    303,
  )
  t.equal((await olivia.get(NETWORKS)).status, 200)
  t.equal((await adam.get(NETWORKS)).status, 403)
  await db.updateTable('users').set({ anywhere: true }).where('id', '=', team.administrator.id).execute()
  t.equal((await save(adam, { ...FRONT, ...box('administrator') })).status, 303, 'nor who may be anywhere')
})

t.test(
  'of two who save at once from different places, one is told, and nobody is shut out by themselves',
  async (t) => {
    const clinic = await testClinic(t, PROXY)
    const { db, team } = clinic
    await db.updateTable('users').set({ role: 'administrator' }).where('id', '=', team.scheduler.id).execute()
    const [adam, sven] = await Promise.all([
      signedInAt(INSIDE, clinic, team.administrator),
      signedInAt(OUTSIDE, clinic, team.scheduler),
    ])
    const press = async (visitor: Traveller) => {
      const own = { network1: visitor.ip, networkLabel1: 'Mine', ...box('administrator') }
      const lastLook = await visitor.post(NETWORKS, await typed(visitor, own))
      return { signedForm: hidden(lastLook, 'signedForm'), currentPassword: DEMO_PASSWORD }
    }
    const [one, other] = [await press(adam), await press(sven)]
    const both = await Promise.all([adam.post(NETWORKS, one), sven.post(NETWORKS, other)])
    t.equal(both.filter(({ status }) => status === 303).length, 1)
    const late = both.find(({ status }) => status !== 303)
    t.ok(late?.status === 422 || late?.status === 403, `${late?.status}`)
    if (late?.status === 422) t.match(late.text, /Someone else changed this|shut you out/)
    const { networks } = await savedIn(clinic, team.owner)
    t.equal(networks.length, 1)
    const winner = both[0]?.status === 303 ? adam : sven
    t.equal((await winner.get(NETWORKS)).status, 200)
  },
)

t.test('what someone else saved meanwhile is shown beside what was typed', async (t) => {
  const clinic = await testClinic(t, PROXY)
  const { team } = clinic
  const adam = await signedInAt(INSIDE, clinic, team.administrator)
  const fields = await typed(adam, { ...FRONT, ...box('scheduler') })
  await limit(clinic, team.owner, ['bookkeeper'], ['192.0.2.0/24'])
  const refused = await pressAndVerify(adam, NETWORKS, fields)
  t.equal(refused.status, 422)
  t.match(refused.text, 'The clinic’s networks: 192.0.2.0/24 (Front office)')
  t.match(refused.html, 'value="203.0.113.0/24"')
  const again = { ...fields, version: hidden(refused, 'version') }
  t.equal((await pressAndVerify(adam, NETWORKS, again)).status, 303)
  t.same((await savedIn(clinic, team.owner)).limitedRoles, ['scheduler'])
})

t.test('only administrators see or save it, from no other website and in no other clinic', async (t) => {
  const clinic = await testClinic(t, PROXY)
  const { team } = clinic
  const paula = await signedIn(clinic, team.powerReceptionist)
  t.equal((await paula.get(NETWORKS)).status, 403)
  t.equal((await paula.post(NETWORKS, FRONT)).status, 403)
  t.notMatch((await paula.get('/settings/clinic')).html, NETWORKS)
  const adam = await signedInAt(INSIDE, clinic, team.administrator)
  t.match((await adam.get('/settings/clinic')).html, NETWORKS)
  const foreign = await adam.post(NETWORKS, await typed(adam, FRONT), { origin: 'https://evil.example' })
  t.equal(foreign.status, 403)
  t.equal((await save(adam, FRONT)).status, 303)
  const others = await secondClinic(clinic)
  t.same((await savedIn(clinic, others.owner)).networks, [])
})
