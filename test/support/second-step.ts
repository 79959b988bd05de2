import type { User } from '../../src/database/schema.ts'
import { DEMO_PASSWORD } from '../../src/demo/team.ts'
import { linkPath } from '../../src/emails/links.ts'
import { codeAt, stepAt } from '../../src/sessions/totp.ts'
import type { TestApp } from './app.ts'
import { type Asked, Authenticator, optionsOn } from './authenticator.ts'
import { pressAndVerify, signedIn } from './press.ts'
import { until } from './until.ts'
import { type Visit, Visitor } from './visitor.ts'

export const SECOND_STEP = '/my-details/second-step'

/** A code of the step before is no longer accepted once this step has ended. */
const CODES_WITHIN_MS = 3_000

/** What a phone holds once it has scanned the picture. */
export class Phone {
  readonly #secret: Buffer
  #lastStep = 0

  constructor(page: Pick<Visit, 'html'>) {
    const text = /<strong class="code">([A-Z2-7 ]+)<\/strong>/.exec(page.html)?.[1] ?? ''
    if (text.length !== 39) throw new Error(`No key in groups of four: ${page.html.slice(0, 2_000)}`)
    this.#secret = bytesOf(text.replaceAll(' ', ''))
  }

  /** A code that hasn't been used. Three in a row are accepted: of the step before, of this one and of the next. */
  code(): string {
    this.#lastStep = Math.max(stepAt(Date.now()) - 2, this.#lastStep) + 1
    return this.codeAt(0, this.#lastStep)
  }

  /** Steps away from now. */
  codeAt(off: number, step = stepAt(Date.now())): string {
    return codeAt(this.#secret, step + off)
  }
}

function bytesOf(base32: string): Buffer {
  const bits = [...base32].map((letter) =>
    'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0'),
  )
  return Buffer.from((bits.join('').match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)))
}

interface WithSecondStep {
  visitor: Visitor
  phone: Phone
  codes: string[]
}

/** Somebody signs in and sets up an app, through the pages. */
export async function withApp(parts: TestApp, user: User): Promise<WithSecondStep> {
  const visitor = await signedIn(parts, user)
  const { phone, codes } = await setUpApp(visitor)
  return { visitor, phone, codes }
}

export async function setUpApp(visitor: Visitor): Promise<{ phone: Phone; codes: string[] }> {
  await until('a step that goes on', () => stepAt(Date.now()) === stepAt(Date.now() + CODES_WITHIN_MS))
  const started = await pressAndVerify(visitor, `${SECOND_STEP}/app/start`)
  if (started.status !== 303) throw new Error(`${started.status} ${started.text}`)
  const phone = new Phone(await visitor.get(`${SECOND_STEP}/app`))
  const done = await visitor.post(`${SECOND_STEP}/app`, { code: phone.code(), label: '' })
  if (done.status !== 303) throw new Error(`${done.status} ${done.text}`)
  return { phone, codes: recoveryCodesOn(await visitor.get(done.location ?? '')) }
}

interface WithPasskey {
  visitor: Visitor
  device: Authenticator
}

/** Somebody signs in and makes a passkey. */
export async function withPasskey(parts: TestApp, user: User, origin?: string): Promise<WithPasskey> {
  const visitor = await signedIn(parts, user, origin)
  await pressAndVerify(visitor, `${SECOND_STEP}/passkeys/start`)
  const device = new Authenticator(visitor.origin)
  const options = optionsOn(await visitor.get(`${SECOND_STEP}/passkeys/new`))
  const made = await visitor.post(`${SECOND_STEP}/passkeys`, { label: '', passkey: device.make(options) })
  if (made.status !== 303) throw new Error(`${made.status} ${made.text}`)
  return { visitor, device }
}

/** What this browser is asked to sign, before anybody is known. */
export async function passkeyAsked(visitor: Visitor): Promise<Asked> {
  return JSON.parse((await visitor.post('/sign-in/passkey/start')).html) as Asked
}

export async function signInWithPasskey(visitor: Visitor, device: Authenticator): Promise<Visit> {
  return visitor.post('/sign-in/passkey', { passkey: device.use(await passkeyAsked(visitor)) })
}

function recoveryCodesOn({ html }: Visit): string[] {
  return [...html.matchAll(/<li>((?:[0-9A-Z]{4} ){5}[0-9A-Z]{4})<\/li>/g)].map(([, code = '']) => code)
}

/** A new browser after the right password. */
export async function halfSignedIn({ app }: TestApp, user: { email: string }): Promise<Visitor> {
  const visitor = new Visitor(app)
  const visit = await visitor.post('/sign-in', { email: user.email, password: DEMO_PASSWORD })
  if (visit.location !== '/sign-in/code') throw new Error(`${visit.status} ${visit.location}`)
  return visitor
}

/** The path of the newest link to set up a second step. */
export async function setUpPath(
  { db, config }: Pick<TestApp, 'db' | 'config'>,
  user: { id: string },
): Promise<string> {
  const links = db.selectFrom('secondStepLinks').select(['id', 'nonce']).where('userId', '=', user.id)
  const newest = await links.orderBy('id', 'desc').limit(1).executeTakeFirstOrThrow()
  return linkPath(config, 'second step', newest)
}
