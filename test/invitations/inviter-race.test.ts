import { sql } from 'kysely'
import type { Id, User } from '../../src/database/schema.ts'
import { linkPath } from '../../src/emails/links.ts'
import { invite } from '../../src/invitations/invitations.ts'
import { acceptInvitation, type OpenLink, readLink } from '../../src/invitations/join.ts'
import { Refusal } from '../../src/refusal.ts'
import type { Role } from '../../src/roles/roles.ts'
import { deactivateUser } from '../../src/settings/users/deactivate-user.ts'
import { editUser } from '../../src/settings/users/edit-user.ts'
import { readDetails, versionOf } from '../../src/users/details.ts'
import { type TestClinic, testClinic } from '../support/app.ts'
import t from '../support/tap.ts'

const ROUNDS = 40
const FROM = { ip: null, userAgent: null }

const acting = ({ clinicId, id }: User) => ({ clinicId, userId: id, ...FROM })

async function fresh({ db }: TestClinic, id: Id): Promise<User> {
  return db.selectFrom('users').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
}

/** A new invitation of the inviter to somebody who is not in yet. */
async function newLink({ db, config }: TestClinic, inviter: User, invitee: User): Promise<OpenLink> {
  await db
    .updateTable('users')
    .set({ joinedAt: null, passwordHash: null })
    .where('id', '=', invitee.id)
    .execute()
  await sql`update invitations set revoked_at = now() where user_id = ${invitee.id} and accepted_at is null and revoked_at is null`.execute(
    db,
  )
  await db.transaction().execute((trx) => invite(trx, acting(inviter), invitee))
  const newest = db.selectFrom('invitations').selectAll().orderBy('id', 'desc').limit(1)
  const token = linkPath(config, 'invitation', await newest.executeTakeFirstOrThrow())
    .split('/')
    .at(-1)
  const link = await readLink(db, { clinicId: invitee.clinicId, keys: config.keys.links }, token as string)
  if (link.state !== 'open') throw new Error(`The link is ${link.state}`)
  return link
}

async function giveRole(clinic: TestClinic, by: User, id: Id, role: Role): Promise<unknown> {
  const before = await readDetails(clinic.db, await fresh(clinic, id))
  return editUser(clinic.db, acting(by), id, {
    details: { ...before, role },
    version: versionOf(before),
    verifiedIn: crypto.randomUUID(),
  })
}

async function inTurn(actions: (() => Promise<unknown>)[]): Promise<void> {
  for (const action of actions) await action()
}

const DEPARTURES = {
  demoted: (clinic: TestClinic) =>
    giveRole(clinic, clinic.team.owner, clinic.team.administrator.id, 'receptionist'),
  deactivated: ({ db, team }: TestClinic) =>
    deactivateUser(db, acting(team.owner), team.administrator.id, crypto.randomUUID()),
}

for (const [words, depart] of Object.entries(DEPARTURES)) {
  t.test(`an invitee who joins while their inviter is ${words} is in before it, or not at all`, async (t) => {
    const clinic = await testClinic(t)
    const { db, team } = clinic
    let joined = 0
    for (let round = 0; round < ROUNDS; round++) {
      await db
        .updateTable('users')
        .set({ role: 'administrator', deactivatedAt: null })
        .where('id', '=', team.administrator.id)
        .execute()
      const link = await newLink(clinic, team.administrator, team.invited)
      // Now one goes first, now the other.
      const actions = [() => acceptInvitation(db, link, 'a hash', FROM), () => depart(clinic)]
      if (round % 2) actions.reverse()
      const outcomes = await Promise.allSettled(
        // Twice in ten rounds the other only follows, so that both ends are sure to be seen.
        round % 10 < 2 ? [inTurn(actions)] : actions.map((action) => action()),
      )
      for (const outcome of outcomes)
        if (outcome.status === 'rejected') t.fail(`round ${round}: ${outcome.reason}`)
      const invitation = await db
        .selectFrom('invitations')
        .selectAll()
        .where('id', '=', link.invitation.id)
        .executeTakeFirstOrThrow()
      const isIn = (await fresh(clinic, team.invited.id)).joinedAt !== null
      if (isIn) joined++
      if (isIn !== (invitation.acceptedAt !== null) || isIn === (invitation.revokedAt !== null))
        t.fail(
          `round ${round}: joined ${isIn}, accepted ${invitation.acceptedAt}, revoked ${invitation.revokedAt}`,
        )
    }
    t.ok(joined > 0 && joined < ROUNDS, `both happened: ${joined} of ${ROUNDS} were in before`)
  })
}

t.test(
  'joins, resends, demotions and deactivations at once never wait for each other in a circle',
  async (t) => {
    const clinic = await testClinic(t)
    const { db, team } = clinic
    const { resendInvitation } = await import('../../src/invitations/invitations.ts')
    for (let round = 0; round < ROUNDS / 2; round++) {
      await db
        .updateTable('users')
        .set({ role: 'administrator', deactivatedAt: null })
        .where('id', 'in', [team.administrator.id, team.owner.id])
        .execute()
      await db.updateTable('users').set({ deactivatedAt: null }).where('id', '=', team.invited.id).execute()
      await db
        .updateTable('invitations')
        .set({ createdAt: new Date(0) as never })
        .execute()
      const link = await newLink(clinic, team.administrator, team.invited)
      await db
        .updateTable('invitations')
        .set({ createdAt: new Date(0) as never })
        .execute()
      const outcomes = await Promise.allSettled([
        acceptInvitation(db, link, 'a hash', FROM),
        DEPARTURES.demoted(clinic),
        resendInvitation(db, acting(team.administrator), team.invited.id),
        deactivateUser(db, acting(team.administrator), team.invited.id, crypto.randomUUID()),
        acceptInvitation(db, link, 'a hash', FROM),
      ])
      for (const outcome of outcomes)
        if (outcome.status === 'rejected' && !(outcome.reason instanceof Refusal))
          t.fail(`round ${round}: ${outcome.reason}`)
    }
    t.pass('only refusals')
  },
)
