import type { Id, Import, User } from '../../../src/database/schema.ts'
import { MEMBER_NAMES, type Team } from '../../../src/demo/team.ts'
import { requestEmailChange, withdrawEmailChange } from '../../../src/email-changes/email-changes.ts'
import type { ActingUser } from '../../../src/events/events.ts'
import { resendInvitation } from '../../../src/invitations/invitations.ts'
import { correctEmail, revokeInvitation } from '../../../src/invitations/revoke-invitation.ts'
import { NoLongerAllowed } from '../../../src/roles/acting-user.ts'
import { can, type Permission } from '../../../src/roles/roles.ts'
import { saveClinicSettings } from '../../../src/settings/clinic/clinic-settings.ts'
import {
  createDraft,
  discardDraft,
  saveRows,
  skipRows,
  tellColumns,
} from '../../../src/settings/imports/drafts.ts'
import { rowsOf } from '../../../src/settings/imports/imports.ts'
import { startImport, stopImport } from '../../../src/settings/imports/run.ts'
import { addUser, type NewUser } from '../../../src/settings/users/add-user.ts'
import { deactivateUser, reactivateUser } from '../../../src/settings/users/deactivate-user.ts'
import { editUser } from '../../../src/settings/users/edit-user.ts'
import { makeOwner } from '../../../src/settings/users/ownership.ts'
import { readDetails, versionOf } from '../../../src/users/details.ts'
import { type TestClinic, testClinic } from '../../support/app.ts'
import t from '../../support/tap.ts'

interface Scene extends TestClinic {
  draft: Import
  running: Import
}

const submissionId = () => crypto.randomUUID()
const acting = ({ clinicId, id }: User): ActingUser => ({ clinicId, userId: id, ip: null, userAgent: null })

/** One's own address anybody changes. */
const notOneself = ({ scheduler, bookkeeper }: Team, { userId }: ActingUser): Id =>
  userId === scheduler.id ? bookkeeper.id : scheduler.id

const NORA = {
  ...{
    title: null,
    firstName: 'Nora',
    lastName: 'Lindgren',
    email: 'nora@harbour.example',
    phoneNumbers: [],
  },
  ...{
    timeZone: 'Australia/Perth',
    role: 'receptionist' as const,
    isPractitioner: false,
    profession: null,
    pronouns: null,
    accessFrom: null,
    accessUntil: null,
  },
} satisfies NewUser

const LIST = { rows: [{ number: 1, answers: { firstName: 'Kim' } }], ignoredColumns: [], untoldColumns: null }
const READ = { defaults: {}, isEncodingGuessed: false }
const SETTINGS = { name: 'Another name', country: 'AU', timeZone: 'Australia/Perth' }

/** Every verb that acts on the clinic or on others, with the permission whose row in the table is about it. */
const VERBS: Record<string, [Permission, (scene: Scene, actor: ActingUser) => Promise<unknown>]> = {
  addUser: ['users.add', ({ db }, actor) => addUser(db, actor, NORA, submissionId())],
  resendInvitation: ['users.invite', ({ db, team }, actor) => resendInvitation(db, actor, team.expired.id)],
  revokeInvitation: ['users.invite', ({ db, team }, actor) => revokeInvitation(db, actor, team.invited.id)],
  correctEmail: [
    'users.edit',
    ({ db, team }, actor) => correctEmail(db, actor, team.invited.id, 'ivan@new.example', submissionId()),
  ],
  editUser: [
    'users.edit',
    async ({ db, team }, actor) => {
      const before = await readDetails(db, team.scheduler)
      const details = { ...before, firstName: 'Svenja' }
      return editUser(db, actor, team.scheduler.id, { details, version: versionOf(before), verifiedIn: null })
    },
  ],
  makeOwner: [
    'users.edit',
    ({ db, team }, actor) => makeOwner(db, actor, team.administrator.id, submissionId()),
  ],
  requestEmailChange: [
    'users.edit',
    ({ db, team }, actor) =>
      requestEmailChange(db, actor, notOneself(team, actor), 'new@new.example', submissionId()),
  ],
  withdrawEmailChange: [
    'users.edit',
    ({ db, team }, actor) => withdrawEmailChange(db, actor, notOneself(team, actor)),
  ],
  deactivateUser: [
    'users.deactivate',
    ({ db, team }, actor) => deactivateUser(db, actor, team.scheduler.id, submissionId()),
  ],
  reactivateUser: [
    'users.deactivate',
    ({ db, team }, actor) => reactivateUser(db, actor, team.deactivated.id, submissionId()),
  ],
  createDraft: ['users.add', ({ db }, actor) => createDraft(db, actor, LIST, READ)],
  tellColumns: ['users.add', ({ db, draft }, actor) => tellColumns(db, actor, draft, ['firstName'], [])],
  saveRows: [
    'users.add',
    ({ db, draft }, actor) => saveRows(db, actor, draft, [{ number: 1, answers: {}, isSkipped: true }]),
  ],
  skipRows: ['users.add', ({ db, draft }, actor) => skipRows(db, actor, draft, [1])],
  startImport: ['users.add', ({ db, draft }, actor) => startImport(db, actor, draft, [])],
  stopImport: ['users.add', ({ db, running }, actor) => stopImport(db, actor, running)],
  discardDraft: ['users.add', ({ db, draft }, actor) => discardDraft(db, actor, draft)],
  saveClinicSettings: ['clinic.settings', ({ db }, actor) => saveClinicSettings(db, actor, SETTINGS, null)],
}

async function scene(t: Parameters<typeof testClinic>[0]): Promise<Scene> {
  const clinic = await testClinic(t)
  const { db, team } = clinic
  const userImport = async () => {
    const id = await createDraft(db, acting(team.owner), LIST, READ)
    return db.selectFrom('imports').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
  }
  const [draft, running] = [await userImport(), await userImport()]
  await startImport(db, acting(team.owner), running, [])
  return { ...clinic, draft, running }
}

/** What a verb could have touched. */
async function state({ db, draft }: Scene): Promise<string> {
  const people = await db.selectFrom('users').selectAll().orderBy('id').execute()
  const events = await db.selectFrom('events').select('id').execute()
  const invitations = await db.selectFrom('invitations').selectAll().orderBy('id').execute()
  const imports = await db.selectFrom('imports').selectAll().orderBy('id').execute()
  const clinic = await db.selectFrom('clinics').selectAll().execute()
  return JSON.stringify([people, events, invitations, imports, clinic, await rowsOf(db, draft)])
}

/** As somebody whose right is gone; any other end fails. */
const isRefused = (attempt: Promise<unknown>) =>
  attempt.then(
    () => false,
    (error) => error instanceof NoLongerAllowed,
  )

t.test('no verb acts for whoever lacks its right, even where a page let them through', async (t) => {
  const parts = await scene(t)
  const before = await state(parts)
  for (const [name, [permission, verb]] of Object.entries(VERBS)) {
    for (const member of MEMBER_NAMES.map((role) => parts.team[role])) {
      if (can(member, permission)) continue
      t.ok(await isRefused(verb(parts, acting(member))), `a ${member.role}: ${name}`)
    }
  }
  t.equal(await state(parts), before, 'nothing is changed')
})

t.test('no verb acts for an administrator who is deactivated or has yet to join', async (t) => {
  const parts = await scene(t)
  const { db, team } = parts
  for (const change of [{ deactivatedAt: new Date() }, { joinedAt: null, passwordHash: null }]) {
    await db.updateTable('users').set(change).where('id', '=', team.administrator.id).execute()
    const before = await state(parts)
    for (const [name, [, verb]] of Object.entries(VERBS))
      t.ok(await isRefused(verb(parts, acting(team.administrator))), name)
    t.equal(await state(parts), before, 'nothing is changed')
    await db
      .updateTable('users')
      .set({ deactivatedAt: null })
      .where('id', '=', team.administrator.id)
      .execute()
  }
})

for (const [name, [permission, verb]] of Object.entries(VERBS)) {
  t.test(`${name} acts for whoever has ${permission}`, async (t) => {
    const parts = await scene(t)
    await verb(parts, acting(parts.team.owner)).catch((error) => {
      if (name !== 'makeOwner' || error instanceof NoLongerAllowed) t.fail(`${error}`)
    })
    t.pass('done')
  })
}
