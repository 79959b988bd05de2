import { randomUUID } from 'node:crypto'
import type { Visit } from '../support/visitor.ts'
import { note, outcomeOf } from './act.ts'
import { AnswerLost } from './browser.ts'
import { type Doing, openAndChoose, presses, report, verify } from './forms.ts'
import type { ActKind } from './plan.ts'
import type { Processes } from './processes.ts'
import type { Scene } from './scene.ts'
import { Refused } from './team.ts'

interface Stage extends Doing {
  processes: Processes
  scene: Scene
}

/** Somebody does one thing, through forms, as far as the fault of the round lets them. */
export async function perform(stage: Stage): Promise<void> {
  const { act, planned } = stage
  try {
    const visits = await PERFORM[planned.kind](stage)
    if (!visits) return
    act.acknowledgements = visits.filter((visit) => outcomeOf(visit) === 'acknowledged').length
    const best = visits.find((visit) => outcomeOf(visit) === 'acknowledged') ?? visits[0]
    if (best) note(act, best)
  } catch (error) {
    if (error instanceof Refused) return note(act, error.visit)
    if (!(error instanceof AnswerLost)) throw error
    act.outcome = 'lost'
    act.said = error.message
  }
}

const PERFORM: Record<ActKind, (stage: Stage) => Promise<Visit[] | null>> = {
  async creation({ team, scene, planned, act }) {
    const serial = act.tag.replace(/\D+/g, '-')
    act.email = `person${serial}@clinic.example`
    const person = { firstName: 'Nora', lastName: `Lindgren${serial}`, personEmail: act.email }
    const role = planned.isAdministrator ? 'administrator' : 'receptionist'
    const work = { role, isPractitioner: 'no', timeZone: 'Australia/Melbourne' }
    const actor = chosen(scene.administrators, planned.actor)
    return actor && verify({ team, act, planned }, actor, '/settings/users', { ...person, ...work })
  },

  async deactivation({ team, scene, planned, act }) {
    const actor = chosen(scene.administrators, planned.actor)
    const subject = chosen(scene.removable, planned.subject)
    if (!actor || !subject) return null
    act.email = subject.email
    return verify({ team, act, planned }, actor, `/settings/users/${subject.id}/deactivation`, {})
  },

  async resend({ team, scene, planned, act }) {
    const actor = chosen(scene.administrators, planned.actor)
    const subject = chosen(scene.invited, planned.subject)
    if (!actor || !subject) return null
    act.email = subject.email
    await team.beSignedIn(actor)
    return presses(actor.browser.tab(act.tag), `/settings/users/${subject.id}/invitation`, {}, planned)
  },

  async join({ team, scene, planned, act }) {
    const subject = chosen(scene.invited, planned.subject)
    if (!subject?.link) return null
    return openAndChoose({ team, act, planned }, subject, subject.link, '/join')
  },

  async 'password reset asked for'({ team, scene, planned, act }) {
    const subject = chosen(scene.joined, planned.subject)
    if (!subject) return null
    act.email = subject.email
    const guest = team.newBrowser(act.tag)
    return presses(guest, '/forgot-password', { email: subject.email }, { ...planned, isDouble: false })
  },

  async 'password reset'({ team, scene, planned, act }) {
    const subject = chosen(scene.resets, planned.subject)
    return subject && openAndChoose({ team, act, planned }, subject, subject.link, '/reset-password')
  },

  async webhook({ processes, team, scene, planned, act }) {
    const copy = chosen(scene.copies, planned.subject)
    if (!copy) return null
    const messageId = copy.messageId ?? randomUUID()
    const send = () => report(processes, team.newBrowser(act.tag), { ...copy, messageId }, planned.report)
    act.report = { emailId: copy.emailId, messageId, kind: planned.report }
    act.pressAgain = send
    return [await send()]
  },
}

function chosen<Item>(items: readonly Item[], fraction: number): Item | null {
  return items[Math.floor(fraction * items.length)] ?? null
}
