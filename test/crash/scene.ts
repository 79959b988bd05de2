import { sql } from 'kysely'
import { type Copy, everyCopy } from './post-office.ts'
import type { Processes } from './processes.ts'
import type { Member, Team } from './team.ts'

interface Known {
  id: string
  email: string
}

/** Whom and what the attempts of a round can be about, as it is when the round begins. */
export interface Scene {
  administrators: Member[]
  withoutSecondStep: Member[]
  /** An only owner's is nobody's to reset. */
  withSecondStep: Known[]
  /** Their link, where a mail has brought it. */
  invited: (Known & { link: string | null })[]
  joined: Known[]
  removable: Known[]
  resets: { email: string; link: string }[]
  /** Emails that Postmark has taken. */
  copies: Copy[]
}

export async function lookAround(processes: Processes, team: Team): Promise<Scene> {
  const db = processes.db()
  const copies = everyCopy(processes).filter(({ isTaken }) => isTaken)
  const links = new Map(copies.map(({ emailId, link }) => [emailId, link]))
  const users = await db
    .selectFrom('users')
    .select(['id', 'email', 'role', 'isOwner', 'joinedAt', 'secondStepSince'])
    .select((eb) =>
      eb
        .selectFrom('invitations')
        .innerJoin('emails', 'emails.invitationId', 'invitations.id')
        .select((eb) => eb.fn.max('emails.id').as('id'))
        .whereRef('invitations.userId', '=', 'users.id')
        .where('acceptedAt', 'is', null)
        .where('revokedAt', 'is', null)
        .as('invitationEmailId'),
    )
    .where('deactivatedAt', 'is', null)
    .where('clinicId', '=', (eb) => eb.selectFrom('clinics').select((eb) => eb.fn.min('id').as('first')))
    .orderBy('id')
    .execute()
  const resets = await db
    .selectFrom('passwordResets')
    .innerJoin('emails', 'passwordResetId', 'passwordResets.id')
    .select(['emails.id', 'emails.recipient as email'])
    .where('usedAt', 'is', null)
    .where('expiresAt', '>', sql<Date>`now()`)
    .orderBy('emails.id')
    .execute()

  const joined = users.filter((user) => user.joinedAt)
  const administrators = joined.filter((user) => user.role === 'administrator')
  return {
    joined,
    copies,
    administrators: administrators.map(({ email }) => team.named(email)),
    withoutSecondStep: joined.filter((user) => !user.secondStepSince).map(({ email }) => team.named(email)),
    withSecondStep: joined.filter((user) => user.secondStepSince && !user.isOwner),
    removable: users.filter((user) => !user.isOwner),
    invited: users
      .filter((user) => user.invitationEmailId)
      .map((user) => ({ ...user, link: links.get(user.invitationEmailId ?? '') ?? null })),
    resets: resets.flatMap(({ id, email }) => {
      const link = links.get(id)
      return link ? [{ email, link }] : []
    }),
  }
}
