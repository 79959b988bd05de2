import { randomUUID } from 'node:crypto'
import { reportsOf, WEBHOOK_PASSWORD } from '../support/postmark-reports.ts'
import type { Visit } from '../support/visitor.ts'
import { AnswerLost, type Browser, hidden } from './browser.ts'
import type { House } from './house.ts'
import { type People, type Person, Refused } from './people.ts'
import type { ActKind, PlannedAct } from './plan.ts'
import type { Copy } from './post-office.ts'
import type { Scene } from './scene.ts'

/** `refused` and `unavailable` were told so; of `lost` nobody knows; `failed` is a fault of ours. */
export type Outcome = 'acknowledged' | 'refused' | 'unavailable' | 'lost' | 'failed' | 'nothing to do'

export interface Act {
  kind: ActKind
  /** What the audit trail says it came from. */
  tag: string
  outcome: Outcome
  /** What the person would press again after a lost answer, where pressing twice must be harmless. */
  pressAgain?: () => Promise<Visit>
  /** How many presses of one link were acknowledged. */
  acknowledgements: number
  /** Whom it is about. */
  email?: string
  report?: { emailId: string; messageId: string; kind: PlannedAct['report'] }
  /** What it was told at last, for the one who reads a failure. */
  said: string
}

interface Stage {
  house: House
  people: People
  scene: Scene
  planned: PlannedAct
  act: Act
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

/** After a lost answer or a 503. False where there was nothing to press. */
export async function pressAgain(act: Act): Promise<boolean> {
  if (!act.pressAgain || !['lost', 'unavailable', 'failed'].includes(act.outcome)) return false
  const visit = await act.pressAgain()
  note(act, visit)
  if (outcomeOf(visit) === 'acknowledged') act.acknowledgements += 1
  return true
}

function note(act: Act, visit: Visit): void {
  act.outcome = outcomeOf(visit)
  act.said = `${visit.status} ${visit.location ?? visit.text.slice(0, 300)}`
}

function outcomeOf({ url, status, location }: Visit): Outcome {
  if (status === 503) return 'unavailable'
  if (status >= 500) return 'failed'
  const isSentAway = location?.startsWith('/sign-in') && url !== '/reset-password'
  if (status === 303) return isSentAway ? 'refused' : 'acknowledged'
  return status === 200 ? 'acknowledged' : 'refused'
}

const PERFORM: Record<ActKind, (stage: Stage) => Promise<Visit[] | null>> = {
  async creation({ people, scene, planned, act }) {
    const serial = act.tag.replace(/\D+/g, '-')
    act.email = `person${serial}@clinic.example`
    const person = { firstName: 'Nora', lastName: `Lindgren${serial}`, personEmail: act.email }
    const role = planned.isAdministrator ? 'administrator' : 'receptionist'
    const work = { role, isPractitioner: 'no', timeZone: 'Australia/Melbourne' }
    const actor = chosen(scene.administrators, planned.actor)
    return actor && prove({ people, act, planned }, actor, '/settings/users', { ...person, ...work })
  },

  async deactivation({ people, scene, planned, act }) {
    const actor = chosen(scene.administrators, planned.actor)
    const subject = chosen(scene.removable, planned.subject)
    if (!actor || !subject) return null
    act.email = subject.email
    return prove({ people, act, planned }, actor, `/settings/users/${subject.id}/deactivation`, {})
  },

  async resend({ people, scene, planned, act }) {
    const actor = chosen(scene.administrators, planned.actor)
    const subject = chosen(scene.invited, planned.subject)
    if (!actor || !subject) return null
    act.email = subject.email
    await people.beSignedIn(actor)
    return presses(actor.browser.tab(act.tag), `/settings/users/${subject.id}/invitation`, {}, planned)
  },

  async join({ people, scene, planned, act }) {
    const subject = chosen(scene.invited, planned.subject)
    if (!subject?.link) return null
    return openAndChoose({ people, act, planned }, subject, subject.link, '/join')
  },

  async 'password reset asked for'({ people, scene, planned, act }) {
    const subject = chosen(scene.joined, planned.subject)
    if (!subject) return null
    act.email = subject.email
    const guest = people.newBrowser(act.tag)
    return presses(guest, '/forgot-password', { email: subject.email }, { ...planned, isDouble: false })
  },

  async 'password reset'({ people, scene, planned, act }) {
    const subject = chosen(scene.resets, planned.subject)
    return subject && openAndChoose({ people, act, planned }, subject, subject.link, '/reset-password')
  },

  async webhook({ house, people, scene, planned, act }) {
    const copy = chosen(scene.copies, planned.subject)
    if (!copy) return null
    const messageId = copy.messageId ?? randomUUID()
    const send = () => report(house, people.newBrowser(act.tag), { ...copy, messageId }, planned.report)
    act.report = { emailId: copy.emailId, messageId, kind: planned.report }
    act.pressAgain = send
    return [await send()]
  },
}

type Doing = Pick<Stage, 'people' | 'act' | 'planned'>

/** A form that asks for the password: the last look, then the proof. */
async function prove(
  { people, act, planned }: Doing,
  actor: Person,
  path: string,
  fields: Record<string, string>,
): Promise<Visit[]> {
  await people.beSignedIn(actor)
  const browser = actor.browser.tab(act.tag)
  const lastLook = await browser.post(path, fields)
  if (lastLook.status !== 200) return [lastLook]
  const proof = { sealed: hidden(lastLook, 'sealed'), currentPassword: actor.passwords[0] ?? '' }
  act.pressAgain = () => browser.post(path, proof)
  return presses(browser, path, proof, planned)
}

/** A link from an e-mail, and the password behind it. Two presses are two browsers, each with a password of its own. */
async function openAndChoose(
  { people, act, planned }: Doing,
  subject: { email: string },
  link: string,
  path: string,
): Promise<Visit[]> {
  act.email = subject.email
  const person = people.named(subject.email)
  const press = async (nth: number): Promise<Visit> => {
    const guest = people.newBrowser(act.tag)
    const password = `quiet harbour lantern ${act.tag} ${nth}`
    await guest.get(link)
    const visit = await guest.post(path, { password }).catch((error) => {
      people.mayHaveChosen(person, password)
      throw error
    })
    if (visit.status === 503) people.mayHaveChosen(person, password)
    if (visit.status === 303) people.hasChosen(person, password, guest)
    return visit
  }
  return everyAnswer(planned.isDouble ? [press(1), press(2)] : [press(1)])
}

function presses(
  browser: Browser,
  path: string,
  fields: Record<string, string>,
  { isDouble }: { isDouble: boolean },
): Promise<Visit[]> {
  const press = () => browser.post(path, fields)
  return everyAnswer(isDouble ? [press(), press()] : [press()])
}

/** Of two presses one answer is enough to know. */
async function everyAnswer(presses: Promise<Visit>[]): Promise<Visit[]> {
  const settled = await Promise.allSettled(presses)
  const visits = settled.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []))
  const failure = settled.find((each) => each.status === 'rejected')
  const isKnown = visits.some((visit) => outcomeOf(visit) === 'acknowledged')
  if (failure && (!isKnown || !(failure.reason instanceof AnswerLost))) throw failure.reason
  return visits
}

function chosen<Item>(items: readonly Item[], fraction: number): Item | null {
  return items[Math.floor(fraction * items.length)] ?? null
}

/** As Postmark reports it. */
export function report(
  house: House,
  postmark: Browser,
  { emailId: id, to: recipient, messageId }: Copy,
  kind: PlannedAct['report'],
): Promise<Visit> {
  const reports = reportsOf(house.config, { id, recipient }, messageId ?? randomUUID())
  return postmark.send('/webhooks/postmark', {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Basic ${Buffer.from(`postmark:${WEBHOOK_PASSWORD}`).toString('base64')}`,
    },
    body: JSON.stringify(reports[kind](new Date().toISOString())),
  })
}
