import { randomUUID } from 'node:crypto'
import { reportsOf, WEBHOOK_PASSWORD } from '../support/postmark-reports.ts'
import { Phone } from '../support/second-step.ts'
import type { Fields, Visit } from '../support/visitor.ts'
import { type Attempt, outcomeOf } from './attempt.ts'
import { AnswerLost, type Browser, hidden } from './browser.ts'
import type { PlannedAttempt } from './plan.ts'
import type { Copy } from './post-office.ts'
import type { Processes } from './processes.ts'
import type { Member, Team } from './team.ts'

/** Whose attempt it is, and how it is done. */
export interface Doing {
  team: Team
  planned: PlannedAttempt
  attempt: Attempt
}

/** A form that asks for the password: the last look, then the proof. */
export async function verify(
  { team, attempt, planned }: Doing,
  actor: Member,
  path: string,
  fields: Fields,
): Promise<Visit[]> {
  await team.beSignedIn(actor)
  const browser = actor.browser.tab(attempt.tag)
  const lastLook = await browser.post(path, fields)
  if (lastLook.status !== 200) return [lastLook]
  const verifying = { signedForm: hidden(lastLook, 'signedForm'), currentPassword: actor.passwords[0] ?? '' }
  attempt.pressAgain = () => browser.post(path, verifying)
  return presses(browser, path, verifying, planned)
}

/** An app with codes. Where the last answer is lost, the phone has the secret all the same. */
export async function setUpPhone({ team, attempt, planned }: Doing, subject: Member): Promise<Visit[]> {
  const path = '/my-details/second-step/app'
  const doing = { team, attempt, planned: { ...planned, isDouble: false } }
  const started = await verify(doing, subject, `${path}/start`, {})
  delete attempt.pressAgain
  if (started[0]?.location !== path) return started
  const tab = subject.browser.tab(attempt.tag)
  const page = await tab.get(path)
  if (page.status !== 200) return [page]
  const phone = new Phone(page)
  subject.phones.push(phone)
  return presses(tab, path, { code: phone.codeAt(0), label: '' }, planned)
}

/** A link from an email, and the password behind it. Two presses are two browsers, each with a password of its own. */
export async function openAndChoose(
  { team, attempt, planned }: Doing,
  subject: { email: string },
  link: string,
  path: string,
): Promise<Visit[]> {
  attempt.email = subject.email
  const person = team.named(subject.email)
  const press = async (nth: number): Promise<Visit> => {
    const guest = team.newBrowser(attempt.tag)
    const password = `quiet harbour lantern ${attempt.tag} ${nth}`
    await guest.get(link)
    const visit = await guest.post(path, { password }).catch((error) => {
      team.mayHaveChosen(person, password)
      throw error
    })
    if (visit.status === 503) team.mayHaveChosen(person, password)
    if (visit.status === 303) team.hasChosen(person, password, guest)
    return visit
  }
  return everyAnswer(planned.isDouble ? [press(1), press(2)] : [press(1)])
}

export function presses(
  browser: Browser,
  path: string,
  fields: Fields,
  { isDouble }: { isDouble: boolean },
): Promise<Visit[]> {
  const press = () => browser.post(path, fields)
  return everyAnswer(isDouble ? [press(), press()] : [press()])
}

/** As Postmark reports it. */
export function report(
  processes: Processes,
  postmark: Browser,
  { emailId: id, to: recipient, messageId }: Copy,
  kind: PlannedAttempt['report'],
): Promise<Visit> {
  const reports = reportsOf(processes.config, { id, recipient }, messageId ?? randomUUID())
  return postmark.send({
    url: '/webhooks/postmark',
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Basic ${Buffer.from(`postmark:${WEBHOOK_PASSWORD}`).toString('base64')}`,
    },
    payload: JSON.stringify(reports[kind](new Date().toISOString())),
  })
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
