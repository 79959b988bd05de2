import { randomUUID } from 'node:crypto'
import type { Visit } from '../support/visitor.ts'
import { note, outcomeOf } from './attempt.ts'
import { AnswerLost } from './browser.ts'
import { type Doing, openAndChoose, presses, report, setUpPhone, verify } from './forms.ts'
import type { AttemptKind } from './plan.ts'
import type { Processes } from './processes.ts'
import type { Scene } from './scene.ts'
import { Refused } from './team.ts'

interface Stage extends Doing {
  processes: Processes
  scene: Scene
}

/** Somebody does one thing, through forms, as far as the fault of the round lets them. */
export async function perform(stage: Stage): Promise<void> {
  const { attempt, planned } = stage
  try {
    const visits = await PERFORM[planned.kind](stage)
    if (!visits) return
    attempt.acknowledgements = visits.filter((visit) => outcomeOf(visit) === 'acknowledged').length
    const best = visits.find((visit) => outcomeOf(visit) === 'acknowledged') ?? visits[0]
    if (best) note(attempt, best)
  } catch (error) {
    if (error instanceof Refused) return note(attempt, error.visit)
    if (!(error instanceof AnswerLost)) throw error
    attempt.outcome = 'lost'
    attempt.said = error.message
  }
}

const PERFORM: Record<AttemptKind, (stage: Stage) => Promise<Visit[] | null>> = {
  async creation({ team, scene, planned, attempt }) {
    const serial = attempt.tag.replace(/\D+/g, '-')
    attempt.email = `person${serial}@clinic.example`
    const person = { firstName: 'Nora', lastName: `Lindgren${serial}`, personEmail: attempt.email }
    const role = planned.isAdministrator ? 'administrator' : 'receptionist'
    const work = { role, isPractitioner: 'no', timeZone: 'Australia/Melbourne' }
    const actor = chosen(scene.administrators, planned.actor)
    return actor && verify({ team, attempt, planned }, actor, '/settings/users', { ...person, ...work })
  },

  async deactivation({ team, scene, planned, attempt }) {
    const actor = chosen(scene.administrators, planned.actor)
    const subject = chosen(scene.removable, planned.subject)
    if (!actor || !subject) return null
    attempt.email = subject.email
    return verify({ team, attempt, planned }, actor, `/settings/users/${subject.id}/deactivation`, {})
  },

  async resend({ team, scene, planned, attempt }) {
    const actor = chosen(scene.administrators, planned.actor)
    const subject = chosen(scene.invited, planned.subject)
    if (!actor || !subject) return null
    attempt.email = subject.email
    await team.beSignedIn(actor)
    return presses(actor.browser.tab(attempt.tag), `/settings/users/${subject.id}/invitation`, {}, planned)
  },

  async join({ team, scene, planned, attempt }) {
    const subject = chosen(scene.invited, planned.subject)
    if (!subject?.link) return null
    return openAndChoose({ team, attempt, planned }, subject, subject.link, '/join')
  },

  async 'password reset asked for'({ team, scene, planned, attempt }) {
    const subject = chosen(scene.joined, planned.subject)
    if (!subject) return null
    attempt.email = subject.email
    const guest = team.newBrowser(attempt.tag)
    return presses(guest, '/forgot-password', { email: subject.email }, { ...planned, isDouble: false })
  },

  async 'password reset'({ team, scene, planned, attempt }) {
    const subject = chosen(scene.resets, planned.subject)
    return subject && openAndChoose({ team, attempt, planned }, subject, subject.link, '/reset-password')
  },

  async 'second step'({ team, scene, planned, attempt }) {
    const subject = chosen(scene.withoutSecondStep, planned.subject)
    if (!subject || subject.passwords.length === 0) return null
    attempt.email = subject.email
    return setUpPhone({ team, attempt, planned }, subject)
  },

  async 'second step reset'({ team, scene, planned, attempt }) {
    const subject = chosen(scene.withSecondStep, planned.subject)
    const others = scene.administrators.filter(({ email }) => email !== subject?.email)
    const actor = chosen(others, planned.actor)
    if (!actor || !subject) return null
    attempt.email = subject.email
    const how = { identifiedBy: 'in person' }
    return verify({ team, attempt, planned }, actor, `/settings/users/${subject.id}/second-step/reset`, how)
  },

  async webhook({ processes, team, scene, planned, attempt }) {
    const copy = chosen(scene.copies, planned.subject)
    if (!copy) return null
    const messageId = copy.messageId ?? randomUUID()
    const send = () => report(processes, team.newBrowser(attempt.tag), { ...copy, messageId }, planned.report)
    attempt.report = { emailId: copy.emailId, messageId, kind: planned.report }
    attempt.pressAgain = send
    return [await send()]
  },
}

function chosen<Item>(items: readonly Item[], fraction: number): Item | null {
  return items[Math.floor(fraction * items.length)] ?? null
}
