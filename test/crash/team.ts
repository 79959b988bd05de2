import { Phone, setUpPath } from '../support/second-step.ts'
import { until } from '../support/until.ts'
import type { Visit } from '../support/visitor.ts'
import { AnswerLost, Browser } from './browser.ts'
import type { Processes } from './processes.ts'

const PATIENCE = { within: 60_000, every: 1_000 }

/** Not done, and the person was told so in words. */
export class Refused extends Error {
  readonly visit: Visit

  constructor(visit: Visit) {
    super(`${visit.url}: ${visit.status} ${visit.location ?? visit.text.slice(0, 200)}`)
    this.visit = visit
  }
}

/** Somebody with an address, a browser, and a password of which a lost answer may leave two possible. */
export interface Member {
  email: string
  browser: Browser
  passwords: string[]
  /** Those of this round whose answer was lost. */
  unsure: string[]
  /** Of apps with codes that were set up, or may have been. */
  phones: Phone[]
}

/** Everybody whom this run has met, by address. */
export class Team {
  readonly #processes: Processes
  readonly #byEmail = new Map<string, Member>()
  #browsers = 0

  constructor(processes: Processes) {
    this.#processes = processes
  }

  newBrowser(userAgent: string): Browser {
    this.#browsers += 1
    const browser = new Browser(this.#processes, this.#browsers)
    browser.userAgent = userAgent
    return browser
  }

  named(email: string): Member {
    const person = this.#byEmail.get(email) ?? {
      email,
      browser: this.newBrowser(email),
      passwords: [],
      ...{ unsure: [], phones: [] },
    }
    this.#byEmail.set(email, person)
    return person
  }

  all(): Member[] {
    return [...this.#byEmail.values()]
  }

  mayHaveChosen(person: Member, password: string): void {
    person.unsure.push(password)
    person.passwords.push(password)
  }

  /** Acknowledged: no earlier password may work any more. */
  hasChosen(person: Member, password: string, browser: Browser): void {
    person.passwords = [password, ...person.unsure]
    person.browser = browser
  }

  /** It signed in. One whose answer was lost may still be on its way, and replace it later in this round. */
  hasWorked(person: Member, password: string): void {
    person.passwords = [...new Set([password, ...person.unsure])]
  }

  nextRound(): void {
    for (const person of this.all()) person.unsure = []
  }

  /** Opens a page, and signs in first where that is needed, as a person would. */
  async beSignedIn(person: Member): Promise<void> {
    const isSure = person.passwords.length === 1
    if (isSure && (await person.browser.get('/my-details')).status === 200) return
    await this.signIn(person)
  }

  /** Waits as often as a 503 asks for it: on a busy machine that is no fault. @throws {Refused} */
  async signInPatiently(person: Member, browser: Browser): Promise<void> {
    const isIn = () =>
      this.signIn(person, browser).then(
        () => true,
        (error) => {
          if (error instanceof Refused && error.visit.status === 503) return false
          throw error
        },
      )
    await until(`${person.email} gets in`, isIn, PATIENCE)
  }

  /** @throws {Refused} */
  async signIn(person: Member, browser = person.browser): Promise<void> {
    let last: Visit | undefined
    for (const password of person.passwords) {
      last = await browser.post('/sign-in', { email: person.email, password })
      if (last.location === '/sign-in/code') last = await this.#enterCode(person, browser)
      if (last.status === 200) last = await this.#setUpAnew(person, browser, password)
      if (last.status === 303 && !last.location?.startsWith('/sign-in')) {
        this.hasWorked(person, password)
        return
      }
      if (last.status !== 422) break
    }
    throw last ? new Refused(last) : new Error(`Nobody knows the password of ${person.email}`)
  }

  /** After a reset, by the link in the email. */
  async #setUpAnew({ email, phones }: Member, browser: Browser, currentPassword: string): Promise<Visit> {
    const { config } = this.#processes
    const db = this.#processes.db()
    const link = async () => {
      const user = db.selectFrom('users').select('id').where('email', '=', email)
      return setUpPath({ db, config }, await user.executeTakeFirstOrThrow())
    }
    await browser.get(
      await link().catch((error) => {
        throw new AnswerLost(`${email} waits for a link: ${error.message}`)
      }),
    )
    const path = '/set-up-second-step'
    const begun = await browser.post(path, { currentPassword })
    if (begun.location !== `${path}/app`) return begun
    const page = await browser.get(`${path}/app`)
    if (page.status !== 200) return page
    const phone = new Phone(page)
    phones.push(phone)
    return browser.post(`${path}/app`, { code: phone.codeAt(0), label: '' })
  }

  /** Half a minute passes, so that the code that the phone shows is a new one. */
  async #enterCode({ email, phones }: Member, browser: Browser): Promise<Visit> {
    await this.#processes
      .db()
      .updateTable('codeApps')
      .set({ lastUsedStep: 0 })
      .execute()
      .catch((error) => {
        throw new AnswerLost(`${email} waits for a code: ${error.message}`)
      })
    let last: Visit | undefined
    for (const phone of phones.toReversed()) {
      last = await browser.post('/sign-in/code', { code: phone.codeAt(0) })
      if (last.status !== 422) break
    }
    if (!last) throw new Error(`Nobody has the phone of ${email}`)
    return last
  }
}
