import { EMAIL_KINDS } from '../../src/email-kinds.ts'
import { type TestApp, testApp } from './app.ts'
import { Visitor } from './visitor.ts'

type Test = Parameters<typeof testApp>[0]

export const BARE_HOST = 'http://frontdesk.localhost'

export const MANY = { CLINICS: 'many', SIGN_UP: 'open' }

/** An installation with many clinics, and as yet none. */
export function manyClinics(t: Test, environment: Record<string, string> = MANY): Promise<TestApp> {
  return testApp(t, environment)
}

export const originOf = (label: string) => `http://${label}.frontdesk.localhost`

/** The text of the newest email to an address; null if there is none. */
export async function newestEmail({ db, config }: Pick<TestApp, 'db' | 'config'>, recipient: string) {
  const emails = db.selectFrom('emails').selectAll().where('recipient', '=', recipient)
  const email = await emails.orderBy('id', 'desc').limit(1).executeTakeFirst()
  return (email && (await EMAIL_KINDS[email.kind].write(db, config, email))?.text) ?? null
}

/** The path of the first link in a text that leads to the bare host. */
export function bareLinkIn(text: string | null): string {
  return /http:\/\/frontdesk\.localhost(\/\S+)/.exec(text ?? '')?.[1] ?? ''
}

export const FIRST_RUN = {
  clinicName: 'Hilltop Clinic',
  timeZone: 'Australia/Melbourne',
  firstName: 'Hanna',
  lastName: 'Hill',
  label: 'hilltop',
  password: 'seven green parrots',
}

/** Somebody asks for a clinic, opens the link and sets it up. */
export async function setUpClinic(parts: TestApp, email: string, form: Partial<typeof FIRST_RUN> = {}) {
  const someone = new Visitor(parts.app, BARE_HOST)
  await someone.post('/new-clinic', { email })
  const path = bareLinkIn(await newestEmail(parts, email))
  return { path, answer: await someone.post(path, { ...FIRST_RUN, ...form }), someone }
}
