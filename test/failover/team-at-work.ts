import { setTimeout as delay } from 'node:timers/promises'
import type { Attempt } from '../crash/attempt.ts'
import { perform } from '../crash/attempts.ts'
import { AnswerLost } from '../crash/browser.ts'
import { type AttemptKind, plannedAttempt } from '../crash/plan.ts'
import type { Processes } from '../crash/processes.ts'
import { type Random, seededRandom } from '../crash/random.ts'
import { lookAround, type Scene } from '../crash/scene.ts'
import { Refused, type Team } from '../crash/team.ts'
import type { Scope } from '../support/scope.ts'
import { overAndOver } from '../support/until.ts'

const HANDS = 3
const PAUSE_MS = 3_000
const SIGNS_IN = 0.25

/** How often, of all. */
const KINDS: AttemptKind[] = [
  ...(['creation', 'creation', 'creation', 'creation', 'join', 'join', 'join', 'join'] as const),
  ...(['resend', 'webhook', 'webhook', 'deactivation'] as const),
]

interface Work {
  processes: Processes
  team: Team
  seed: number
  round: number
}

interface Done {
  attempts: Attempt[]
  signIns: number
}

/** Everybody adds users, joins and signs in, until told to stop; answers what was tried. */
export async function startWork(t: Scope, work: Work): Promise<() => Promise<Done>> {
  const scene = await lookAround(work.processes, work.team)
  const done: Done = { attempts: [], signIns: 0 }
  const hands = Array.from({ length: HANDS }, (_, hand) => {
    const random = seededRandom(work.seed * 10_000 + work.round * HANDS + hand)
    return overAndOver(t, async () => {
      if (random.chance(SIGNS_IN)) done.signIns += Number(await signsIn(work, scene, random))
      else await attemptOne(work, scene, random, done.attempts)
      await delay(random.upTo(PAUSE_MS))
    })
  })
  return async () => {
    await Promise.all(hands.map((stop) => stop()))
    return done
  }
}

async function attemptOne(
  { processes, team, round }: Work,
  scene: Scene,
  random: Random,
  attempts: Attempt[],
): Promise<void> {
  const kind = random.oneOf(KINDS)
  const planned = { ...plannedAttempt(random, true), kind }
  const tag = `${round}.${attempts.length + 1}`
  const attempt: Attempt = { kind, tag, outcome: 'nothing to do', acknowledgements: 0, said: '' }
  attempts.push(attempt)
  await perform({ processes, team, scene, planned, attempt })
}

/** With another browser; who is told to wait tries no more, and whether the password is right is asked at the end. */
async function signsIn({ team }: Work, { joined }: Scene, random: Random): Promise<boolean> {
  const member = team.named(random.oneOf(joined).email)
  if (member.passwords.length !== 1) return false
  return team.signIn(member, team.newBrowser('signs in')).then(
    () => true,
    (error) => {
      if (error instanceof Refused || error instanceof AnswerLost) return false
      throw error
    },
  )
}
