import { sql } from 'kysely'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import type { User } from '../../src/database/schema.ts'
import { DEMO_PASSWORD, type Team } from '../../src/demo/team.ts'
import { keepNeedsAttention } from '../../src/emails/needs-attention.ts'
import { setupCode } from '../../src/set-up/set-up.ts'
import { joinPath } from '../support/invitations.ts'
import { everyAction } from './every-action.ts'
import { everyClinic } from './every-clinic.ts'
import { everyEmail } from './every-email.ts'
import { everySecondStep } from './every-second-step.ts'
import { type Frontdesk, fillClinic } from './frontdesk.ts'
import { type Look, Steps } from './steps.ts'

const NEW_USER = {
  Title: 'Dr',
  'First name': 'Élodie',
  'Last name': 'Fitzgerald-Hughes',
  Email: 'elodie.fitzgerald-hughes@harbour.example',
  'Mobile number': '0491 570 156',
}

/** Walks through every page in every state that a person may meet, and shows each to `look`. */
export async function everyPage(browser: Browser, desk: Frontdesk, look: Look): Promise<void> {
  const walk = new Walk(desk, look)
  await walk.setUp(await walk.visitor(browser))
  const team = await fillClinic(desk)
  await walk.signIn(await walk.visitor(browser), team)
  const administrator = await walk.visitor(browser, team.administrator)
  await walk.list(administrator)
  await walk.addUser(administrator)
  await walk.people(administrator, team)
  await everyAction(new Steps(look), desk, team, administrator, await walk.visitor(browser))
  await walk.clinic(await walk.visitor(browser, team.powerReceptionist))
  await everyEmail(new Steps(look), desk, team, administrator, await walk.visitor(browser))
  await everySecondStep(new Steps(look), desk, team, administrator, await walk.visitor(browser))
  await everyClinic(new Steps(look), browser)
  await walk.join(await walk.visitor(browser), administrator, team)
  await walk.refusals(administrator, await walk.visitor(browser, team.receptionist))
}

class Walk {
  readonly #desk: Frontdesk
  readonly #step: Steps

  constructor(desk: Frontdesk, look: Look) {
    this.#desk = desk
    this.#step = new Steps(look)
  }

  async visitor(browser: Browser, user?: User): Promise<Page> {
    // Only axe needs it: the policy keeps every script out that is not ours.
    const context: BrowserContext = await browser.newContext({ baseURL: this.#desk.url, bypassCSP: true })
    const page = await context.newPage()
    if (!user) return page
    await page.goto('/sign-in')
    await page.getByLabel('Email').fill(user.email)
    await page.getByRole('textbox', { name: 'Password' }).fill(DEMO_PASSWORD)
    await page.getByRole('button', { name: 'Sign in' }).click()
    return page
  }

  async setUp(page: Page): Promise<void> {
    await this.#step.at(page, 'not-set-up', '/')
    await this.#step.at(page, 'set-up-wrong-link', '/setup?code=wrong')
    await this.#step.at(page, 'set-up', `/setup?code=${setupCode(this.#desk.config)}`)
    await this.#step.press(page, 'Set up clinic', 'set-up-with-errors')
  }

  async signIn(page: Page, team: Team): Promise<void> {
    await this.#step.at(page, 'sign-in', '/sign-in')
    await this.#step.at(page, 'sign-in-without-cookies', '/sign-in?next=%2F&cookies=none')
    await page.getByLabel('Email').fill(team.owner.email)
    await page.getByRole('textbox', { name: 'Password' }).fill('not it')
    await this.#step.press(page, 'Sign in', 'sign-in-wrong')
    await this.#step.at(page, 'not-found-signed-out', '/nowhere')
  }

  /** As those see it who may not set when people are signed out. */
  async clinic(page: Page): Promise<void> {
    await this.#step.at(page, 'clinic-without-security', '/settings/clinic')
  }

  async list(page: Page): Promise<void> {
    await this.#step.at(page, 'users', '/settings/users')
    await this.#step.at(page, 'roles', '/settings/roles')
  }

  async addUser(page: Page): Promise<void> {
    await this.#step.at(page, 'add-user', '/settings/users/new')
    await this.#step.press(page, 'Create user', 'add-user-with-errors')
    await page.goto('/settings/users/new')
    for (const [label, value] of Object.entries(NEW_USER)) await page.getByLabel(label).fill(value)
    await page.getByRole('radio', { name: 'Practitioner', exact: true }).check()
    await page.getByRole('radio', { name: 'Yes' }).check()
    await page.getByLabel('Profession').fill('Physiotherapist')
    await this.#step.look('add-user-filled', page)
    await this.#step.press(page, 'Create user', 'verify-password')
    await this.#step.at(page, 'add-user-kept', '/settings/users/new')
    await page.getByRole('button', { name: 'Create user' }).click()
    await page.getByLabel('Your password').fill('not it')
    await this.#step.press(page, 'Create user', 'verify-password-wrong')
    await page.getByLabel('Your password').fill(DEMO_PASSWORD)
    await this.#step.press(page, 'Create user', 'person-created')
  }

  async people(page: Page, team: Team): Promise<void> {
    const people = {
      invited: team.invited,
      expired: team.expired,
      active: team.owner,
      deactivated: team.deactivated,
    }
    for (const [state, user] of Object.entries(people))
      await this.#step.at(page, `person-${state}`, `/settings/users/${user.id}`)
    await this.#bounce(team.bookkeeper)
    await this.#step.at(page, 'person-bounced', `/settings/users/${team.bookkeeper.id}`)
    await this.#step.at(page, 'users-needing-attention', '/settings/users?status=needs+attention')
    await page.getByRole('link', { name: team.bookkeeper.lastName }).waitFor()
    await this.#step.at(page, 'my-details', '/my-details')
    await this.#step.at(page, 'outbox', '/outbox')
    await page.getByRole('link', { name: 'elodie' }).click()
    await this.#step.look('outbox-email', page)
    await this.#step.at(page, 'styleguide', '/styleguide')
    await this.#step.at(page, 'outbox-previews', '/outbox/previews')
    await this.#step.at(page, 'outbox-preview', '/outbox/previews/invitation-request')
  }

  /** What Postmark would report of three emails to somebody. */
  async #bounce({ id, clinicId, email }: User): Promise<void> {
    const at = (hoursAgo: number) => sql<Date>`now() - ${hoursAgo} * interval '1 hour'`
    const sent = { clinicId, userId: id, recipient: email }
    const [invitation, reset, changed] = [at(2_200), at(26), at(1)]
    await this.#desk.db.transaction().execute(async (trx) => {
      await trx
        .insertInto('emails')
        .values([
          {
            ...{ ...sent, kind: 'invitation', messageId: 'one' },
            ...{ createdAt: invitation, sentAt: invitation, deliveredAt: invitation },
          },
          {
            ...{ ...sent, kind: 'password reset', messageId: 'two' },
            ...{ createdAt: reset, sentAt: reset, deliveredAt: reset },
          },
          {
            ...{ ...sent, kind: 'password changed', messageId: 'three', bounceReason: 'mailbox full' },
            ...{ createdAt: changed, sentAt: changed, bouncedAt: changed },
          },
        ])
        .execute()
      await keepNeedsAttention(trx, { clinicId, id })
    })
  }

  async join(page: Page, signedIn: Page, { invited, expired }: Team): Promise<void> {
    const { db, config } = this.#desk
    await this.#step.at(page, 'closed-unknown', '/join/nothing')
    await this.#step.at(page, 'closed-expired', await joinPath(db, config, expired))
    await this.#step.press(page, 'Request a new invitation', 'invitation-requested')
    await this.#step.at(signedIn, 'person-who-asked', `/settings/users/${expired.id}`)
    const path = await joinPath(db, config, invited)
    await this.#step.at(signedIn, 'signed-in-already', path)
    await this.#step.at(page, 'join', path)
    await page.getByLabel('Create a password').fill('too short')
    await this.#step.press(page, 'Join', 'join-with-errors')
    await page.getByLabel('Create a password').fill('eleven purple umbrellas')
    await this.#step.press(page, 'Join', 'joined')
    await page.getByRole('button', { name: 'Sign out', exact: true }).click()
    await this.#step.look('signed-out', page)
    await this.#step.at(page, 'closed-used', path)
  }

  async refusals(administrator: Page, receptionist: Page): Promise<void> {
    await this.#step.at(administrator, 'not-found', '/settings/users/999999')
    await this.#step.at(receptionist, 'forbidden', '/settings/users')
    await sql`alter table clinics rename column practitioners to away`.execute(this.#desk.db)
    await this.#step.at(administrator, 'failed', '/settings/users')
    await sql`alter table clinics rename column away to practitioners`.execute(this.#desk.db)
  }
}
