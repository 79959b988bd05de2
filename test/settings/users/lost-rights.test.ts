import type { User } from '../../../src/database/schema.ts'
import { ROLE_NAMES } from '../../../src/roles/roles.ts'
import { askToAdd, verify } from '../../support/add-user.ts'
import { type TestClinic, testClinic } from '../../support/app.ts'
import { confirmPath } from '../../support/email-changes.ts'
import { addEverybody, draftOf, goodRows, silent, started, upTo } from '../../support/imports.ts'
import { joinPath } from '../../support/invitations.ts'
import { deliverDueEmails } from '../../support/outbox.ts'
import { pressAndVerify, signedIn } from '../../support/press.ts'
import t from '../../support/tap.ts'
import { hidden, type Visit, Visitor } from '../../support/visitor.ts'

const PASSWORD = 'seven green parrots'

function called({ db }: TestClinic, firstName: string): Promise<User> {
  return db.selectFrom('users').selectAll().where('firstName', '=', firstName).executeTakeFirstOrThrow()
}

/** Adam, an administrator, invites Mallory. */
async function invitedByAdam(clinic: TestClinic, role = 'administrator'): Promise<User> {
  const adam = await signedIn(clinic, clinic.team.administrator)
  const answers = { firstName: 'Mallory', personEmail: 'mallory@harbour.example', role }
  await verify(adam, await askToAdd(adam, answers))
  return called(clinic, 'Mallory')
}

/** What the form Edit would send, with another role. */
async function formFor(visitor: Visitor, user: User, role: string) {
  const version = hidden(await visitor.get(`/settings/users/${user.id}/edit`), 'version')
  const { firstName, lastName, timeZone } = user
  return { firstName, lastName, timeZone, role, isPractitioner: 'no', version }
}

async function giveRole(visitor: Visitor, user: User, role: string): Promise<Visit> {
  return pressAndVerify(visitor, `/settings/users/${user.id}`, await formFor(visitor, user, role))
}

async function holderOf({ app, db, config }: TestClinic, user: User): Promise<Visitor> {
  const visitor = new Visitor(app)
  await visitor.get(await joinPath(db, config, user))
  return visitor
}

for (const role of ROLE_NAMES.filter((name) => name !== 'administrator')) {
  t.test(`an invitation sent by an administrator who becomes a ${role} opens nothing`, async (t) => {
    const clinic = await testClinic(t)
    const mallory = await invitedByAdam(clinic)
    const holder = await holderOf(clinic, mallory)
    t.match((await holder.get('/join')).text, 'Create a password', 'open so far')

    const olivia = await signedIn(clinic, clinic.team.owner)
    t.equal((await giveRole(olivia, clinic.team.administrator, role)).status, 303)
    t.equal((await holder.post('/join', { password: PASSWORD })).status, 410)
    const page = await holder.get('/join')
    t.match(page.text, 'This invitation was cancelled')
    t.match(page.text, 'Request a new invitation')
    t.notMatch(page.text, 'Adam', 'who can no longer help')
    t.match(await called(clinic, 'Mallory'), { joinedAt: null, passwordHash: null })
  })
}

t.test(
  'a role that an administrator gave to somebody invited by the owner is not joined with after a demotion',
  async (t) => {
    const clinic = await testClinic(t)
    const olivia = await signedIn(clinic, clinic.team.owner)
    const answers = { firstName: 'Mallory', personEmail: 'mallory@harbour.example', role: 'receptionist' }
    await verify(olivia, await askToAdd(olivia, answers))
    const mallory = await called(clinic, 'Mallory')
    const holder = await holderOf(clinic, mallory)
    const adam = await signedIn(clinic, clinic.team.administrator)
    t.equal((await giveRole(adam, mallory, 'administrator')).status, 303)
    t.match((await holder.get('/join')).text, 'Create a password', 'open so far')

    t.equal((await giveRole(olivia, clinic.team.administrator, 'receptionist')).status, 303)
    t.equal((await holder.post('/join', { password: PASSWORD })).status, 410)
    t.match(await called(clinic, 'Mallory'), { joinedAt: null, passwordHash: null })
  },
)

t.test('the person’s page and Activity say that the invitation was cancelled, and why', async (t) => {
  const clinic = await testClinic(t)
  const mallory = await invitedByAdam(clinic)
  const olivia = await signedIn(clinic, clinic.team.owner)
  await giveRole(olivia, clinic.team.administrator, 'receptionist')
  const page = await olivia.get(`/settings/users/${mallory.id}`)
  t.match(page.text, /cancelled on [^.]*\. Adam Okafor can no longer send it, so its link doesn’t work\./)
  t.match(page.text, 'Resend invitation email')
  t.match(
    (await olivia.get(`/settings/activity?person=${mallory.id}`)).text,
    /Olivia Hart cancelled the invitation to Mallory Lindgren .*Reason: Adam Okafor can no longer do this/,
  )
  await clinic.db
    .updateTable('invitations')
    .set({ createdAt: new Date(0) as never })
    .execute()
  await olivia.post(`/settings/users/${mallory.id}/invitation`)
  const holder = await holderOf(clinic, mallory)
  t.equal((await holder.post('/join', { password: PASSWORD })).status, 303, 'the new one is Olivia’s')
})

t.test('the last look before a demotion names what stops with it', async (t) => {
  const clinic = await testClinic(t)
  const { team } = clinic
  const olivia = await signedIn(clinic, team.owner)
  const look = async (role: string) =>
    olivia.post(`/settings/users/${team.administrator.id}`, await formFor(olivia, team.administrator, role))
  t.notMatch((await look('receptionist')).text, 'Also stops')
  await invitedByAdam(clinic)
  const adam = await signedIn(clinic, team.administrator)
  await started(adam, goodRows(upTo(3)))
  await pressAndVerify(adam, `/settings/users/${team.receptionist.id}/address`, {
    personEmail: 'rosa.vega@harbour.example',
  })
  t.match(
    (await look('receptionist')).text,
    'Also stops 1 invitation sent by Adam, 1 email change requested by Adam, 1 import started by Adam',
  )
  const deactivation = await olivia.post(`/settings/users/${team.administrator.id}/deactivation`)
  t.match(deactivation.text, 'Also stops 1 invitation sent by Adam')
})

t.test('a list that a demoted administrator is adding stops at once, and drafts are gone', async (t) => {
  const clinic = await testClinic(t)
  const { db, team } = clinic
  const adam = await signedIn(clinic, team.administrator)
  const path = await started(adam, goodRows(upTo(3)))
  const draft = await draftOf(adam, goodRows([7, 8]))
  const olivia = await signedIn(clinic, team.owner)
  await giveRole(olivia, team.administrator, 'bookkeeper')
  t.match((await olivia.get(path)).text, /Stopped.*Adam Okafor can no longer add users/)
  await addEverybody({ db, log: silent })
  t.same(await db.selectFrom('users').select('id').where('email', 'like', 'kim%').execute(), [])
  t.match((await olivia.get('/settings/activity')).text, 'stopped an import')
  const id = draft.split('/').at(-1) as string
  t.same(await db.selectFrom('imports').select('id').where('id', '=', id).execute(), [])
})

t.test('an address that a demoted administrator asked for somebody else cannot be confirmed', async (t) => {
  const clinic = await testClinic(t)
  const { db, config, team } = clinic
  const adam = await signedIn(clinic, team.administrator)
  const wanted = { personEmail: 'mallory@evil.example' }
  await pressAndVerify(adam, `/settings/users/${team.receptionist.id}/address`, wanted)
  const link = await confirmPath(db, config)
  const olivia = await signedIn(clinic, team.owner)
  await giveRole(olivia, team.administrator, 'scheduler')
  const rosa = await signedIn(clinic, team.receptionist)
  t.equal((await rosa.follow(await rosa.get(link))).status, 410)
  t.equal((await rosa.post('/confirm-email')).status, 410)
  t.notMatch(
    (await olivia.get(`/settings/users/${team.receptionist.id}`)).text,
    `${wanted.personEmail} to be confirmed`,
  )
  t.match(await called(clinic, 'Rosa'), { email: team.receptionist.email })
})

t.test('a change of one’s own address outlives a new role', async (t) => {
  const clinic = await testClinic(t)
  const { db, config, team } = clinic
  const adam = await signedIn(clinic, team.administrator)
  await pressAndVerify(adam, '/my-details/email', { personEmail: 'adam@new.example' })
  const olivia = await signedIn(clinic, team.owner)
  await giveRole(olivia, team.administrator, 'receptionist')
  const again = await signedIn(clinic, team.administrator)
  await again.get(await confirmPath(db, config))
  t.equal((await again.post('/confirm-email')).status, 303)
})

t.test('a promotion, and a change that keeps the right, end no invitation', async (t) => {
  const clinic = await testClinic(t)
  const { team } = clinic
  const olivia = await signedIn(clinic, team.owner)
  const mallory = await invitedByAdam(clinic)
  t.equal((await giveRole(olivia, team.receptionist, 'administrator')).status, 303)
  const fields = { ...(await formFor(olivia, team.administrator, 'administrator')), lastName: 'Okafor-Hale' }
  t.equal((await olivia.post(`/settings/users/${team.administrator.id}`, fields)).status, 303)
  t.equal((await (await holderOf(clinic, mallory)).post('/join', { password: PASSWORD })).status, 303)
})

t.test('whoever demotes themself stays signed in on this device only', async (t) => {
  const clinic = await testClinic(t)
  const { team } = clinic
  const phone = await signedIn(clinic, team.administrator)
  const mallory = await invitedByAdam(clinic)
  const adam = await signedIn(clinic, team.administrator)
  t.equal((await giveRole(adam, team.administrator, 'practitioner')).status, 303)
  t.equal((await adam.get('/my-details')).status, 200)
  t.equal((await adam.get('/settings/users')).status, 403)
  t.match((await phone.get('/my-details')).location, /^\/sign-in/)
  t.equal((await (await holderOf(clinic, mallory)).post('/join', { password: PASSWORD })).status, 410)
})

/** Rights that went on another way than ours, by hand in the database for example. */
const LOST = {
  'was demoted': { role: 'receptionist' },
  'was deactivated': { deactivatedAt: new Date() },
  'has yet to join again': { joinedAt: null, passwordHash: null },
} as const

for (const [words, change] of Object.entries(LOST)) {
  t.test(`a link of an inviter who ${words} is closed by itself at every door`, async (t) => {
    const clinic = await testClinic(t)
    const { app, db, config, team } = clinic
    const mallory = await invitedByAdam(clinic)
    const holder = await holderOf(clinic, mallory)
    await db.updateTable('users').set(change).where('id', '=', team.administrator.id).execute()
    t.equal((await holder.post('/join', { password: PASSWORD })).status, 410)
    t.match((await holder.get('/join')).text, 'Request a new invitation')

    const emails = () =>
      db.selectFrom('emails').selectAll().where('userId', '=', mallory.id).orderBy('id').execute()
    await db
      .updateTable('emails')
      .set({ createdAt: new Date(0) as never })
      .execute()
    await new Visitor(app).post('/forgot-password', { email: mallory.email })
    t.equal((await emails()).length, 1, 'it is not sent once more')
    await deliverDueEmails({ db, config, log: silent as never })
    t.match(await emails(), [{ sentAt: null, failure: { code: /^inviter(LostRight|Deactivated)$/ } }])

    await holder.post('/join/request')
    const told = db.selectFrom('emails').select('userId').where('kind', '=', 'invitation request')
    t.same(await told.execute(), [{ userId: team.owner.id }], 'those who can send one are told')
  })
}

t.test('an owner who gives it up takes back what only owners send', async (t) => {
  const clinic = await testClinic(t)
  const { db, team } = clinic
  await db.updateTable('users').set({ isOwner: true }).where('id', '=', team.administrator.id).execute()
  const olivia = await signedIn(clinic, team.owner)
  const adam = await signedIn(clinic, team.administrator)
  await pressAndVerify(adam, `/settings/users/${team.owner.id}/address`, {
    personEmail: 'olivia@new.example',
  })
  const mallory = await invitedByAdam(clinic)
  t.equal((await pressAndVerify(adam, `/settings/users/${team.administrator.id}/ownership`)).status, 303)
  t.notMatch((await olivia.get('/my-details')).text, 'to be confirmed')
  t.equal((await (await holderOf(clinic, mallory)).post('/join', { password: PASSWORD })).status, 303)

  await db.updateTable('users').set({ isOwner: true }).where('id', '=', mallory.id).execute()
  await pressAndVerify(olivia, `/settings/users/${mallory.id}/deactivation`)
  await pressAndVerify(olivia, `/settings/users/${mallory.id}/reactivation`)
  const refused = await adam.post(`/settings/users/${mallory.id}/invitation`)
  t.match(refused, { status: 422, text: /Mallory is an owner\. Only another owner can do this/ })
  t.notMatch((await adam.get(`/settings/users/${mallory.id}`)).text, 'Resend invitation email')
})
