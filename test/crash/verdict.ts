import type { Attempt } from './attempt.ts'
import type { Counts } from './counts.ts'
import type { Plan } from './plan.ts'
import { everyCopy } from './post-office.ts'
import type { App, Processes } from './processes.ts'
import { Refused, type Team } from './team.ts'

/** Postmark's report proves that it left, also where the process that sent it never learned so. */
export function reportedTwice(processes: Processes, early: Set<string>): string[] {
  return [...early].flatMap((emailId) => {
    const copies = everyCopy(processes).filter((copy) => copy.emailId === emailId)
    return copies.length === 1 ? [] : [`what was reported as delivered is not sent again: ${emailId}`]
  })
}

export function endedAlone({ apps }: Processes): string[] {
  return apps.flatMap(({ server }, index) =>
    server.child.exitCode === null && server.child.signalCode === null
      ? []
      : [`no process ends by itself: ${index}: ${server.stderr()}${server.stdout().slice(-2_000)}`],
  )
}

/** With the password that was acknowledged, or one whose answer was lost; deactivated people do not. */
export async function everybodySignsIn({
  processes,
  team,
  counts,
  attempts,
}: {
  processes: Processes
  team: Team
  counts: Counts
  attempts: Attempt[]
}): Promise<string[]> {
  const users = await processes
    .db()
    .selectFrom('users')
    .select(['email', 'joinedAt', 'deactivatedAt'])
    .execute()
  const broken: string[] = []
  for (const { email, joinedAt, deactivatedAt } of users) {
    const person = team.named(email)
    if (person.passwords.length === 0) continue
    const refusal = await team.signInPatiently(person, team.newBrowser('the last day')).then(
      () => null,
      (error) => (error instanceof Refused ? error : Promise.reject(error)),
    )
    counts.signIns += 1
    const isIn = refusal === null
    if (isIn === (joinedAt !== null && deactivatedAt === null)) continue
    const story = attempts.filter((attempt) => attempt.email === email).map(inOneLine)
    broken.push([`${email} signs in: ${isIn} (${refusal?.message})`, ...story].join('\n    '))
  }
  return broken
}

/** For the one who reads a failure. */
export function described(processes: Processes, plan: Plan, attempts: Attempt[]): string {
  const lines = attempts.map((attempt, index) => {
    const { actor, subject, isDouble, afterMs } = plan.attempts[index] as Plan['attempts'][number]
    const how = `actor ${actor.toFixed(2)} subject ${subject.toFixed(2)}${isDouble ? ' twice' : ''} +${afterMs} ms`
    return `    ${inOneLine(attempt)} ${how}`
  })
  return [`    ${JSON.stringify(plan.fault)}`, ...lines, ...processes.apps.flatMap(lastWarnings)].join('\n')
}

function inOneLine({ tag, kind, email, outcome, acknowledgements, said }: Attempt): string {
  return `${tag} ${kind} ${email ?? ''}: ${outcome}, ${acknowledgements} acknowledged (${said})`
}

/** What a process had to say of late; the one that was killed took its words along. */
export function lastWarnings({ server }: App): string[] {
  const lines = server.stdout().split('\n')
  return lines
    .filter((line) => /"level":[4-6]0/.test(line))
    .slice(-3)
    .map((line) => `    ${line.slice(0, 600)}`)
}
