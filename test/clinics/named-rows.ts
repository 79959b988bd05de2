import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import type { Config } from '../../src/config.ts'
import type { Database } from '../../src/database/database.ts'
import type { Id } from '../../src/database/schema.ts'
import type { Team } from '../../src/demo/team.ts'
import { type LinkPurpose, linkPath, openedLink, PATHS } from '../../src/emails/links.ts'
import { encodeCursor } from '../../src/settings/users/list/list-order.ts'
import type { TestClinic } from '../support/app.ts'
import { HEAD } from '../support/imports.ts'
import type { Route } from './fields-of-routes.ts'

/** Of a row of the other clinic, and of a row that never was: what names them, and how it is sent. */
export interface Name {
  theirs: string
  never: string
  sent?: (value: string) => string
}

type Rows = Awaited<ReturnType<typeof rowsToName>>

/** Before every id of the other clinic. */
export const NO_ID = '700000000'
const NO_EMAIL = 'nobody@nowhere.example'
const NO_NETWORK = '192.0.2.0/24'

/** What each parameter or field can name, out of everything that a clinic has; null where it names nothing. */
export async function namesOf(clinic: TestClinic, team: Team) {
  const rows = await rowsToName(clinic, team)
  return ({ pattern }: Route, field: string): Name[] | null =>
    NAMES.find(([where, name]) => where.test(pattern) && name === field)?.[2](rows, pattern) ?? null
}

const NAMES: [where: RegExp, field: string, names: (rows: Rows, pattern: string) => Name[]][] = [
  [/^.settings.users.:id/, 'id', ({ users }) => users],
  [/^.settings.imports.:id/, 'id', ({ imports }) => imports],
  [/^.outbox.:id/, 'id', ({ emails }) => emails],
  [/second-step.:id.remove$/, 'id', ({ codeApps, passkeys }) => [...codeApps, ...passkeys]],
  [/known-browsers.:id/, 'id', ({ knownBrowsers }) => knownBrowsers],
  [/./, 'sessionId', ({ sessions }) => sessions],
  [/./, 'token', ({ tokens }, pattern) => tokens[purposeOf(pattern)]],
  [/./, 'link', (rows, pattern) => [...rows.opened[purposeOf(pattern)], ...rows.tokens[purposeOf(pattern)]]],
  [/^.settings.users/, 'after', ({ cursors }) => cursors],
  [/^.settings.users/, 'before', ({ cursors }) => cursors],
  [/^.settings.activity/, 'before', ({ events }) => events],
  [/^.outbox/, 'before', ({ emails }) => emails],
  [/./, 'person', ({ users }) => users],
  [/./, 'emailOf', ({ users }) => users],
  [
    /./,
    'page',
    ({ users }) => users.map((name) => ({ ...name, sent: (id) => `/settings/users/${id}/edit` })),
  ],
  [/./, 'search', ({ addresses }) => addresses],
  [/./, 'email', ({ addresses }) => addresses],
  [/./, 'personEmail', ({ addresses }) => addresses],
  [/./, 'row1-personEmail', ({ addresses }) => addresses],
  [/./, 'pasted', ({ addresses }) => addresses.map((name) => ({ ...name, sent: listOf }))],
  [/./, 'passkey', ({ credentials }) => credentials],
  [/./, 'network1', ({ networks }) => networks],
]

/** The others are the installation's own. */
type ClinicLink = Exclude<LinkPurpose, 'clinic invitation' | 'mailbox'>

const listOf = (email: string) => `${HEAD}\nKim\tNovak\t${email}\tReceptionist\tNo`

/** Of the link that a page is about; at sign-in the only one that it carries along. */
function purposeOf(pattern: string): ClinicLink {
  const purposes = Object.keys(LINK_TABLES) as ClinicLink[]
  const isAbout = (path: string) => pattern === path || pattern.startsWith(`${path}/`)
  return purposes.find((purpose) => isAbout(PATHS[purpose])) ?? 'email change'
}

const LINK_TABLES = {
  invitation: sql`invitations where true`,
  'password reset': sql`password_resets where true`,
  'email change': sql`email_changes where identified_by is null`,
  'email replacement': sql`email_changes where identified_by is not null`,
  'email replacement stop': sql`email_changes where identified_by is not null`,
  'second step': sql`second_step_links where true`,
} satisfies Record<ClinicLink, unknown>

async function rowsToName({ db, config }: TestClinic, team: Team) {
  const { clinicId } = team.owner
  const people = [team.receptionist, team.invited, team.deactivated]
  const column = async (table: string, name: string, never: () => string): Promise<Name[]> => {
    const { rows } = await sql<{ value: string }>`
      select ${sql.ref(name)}::text as value from ${sql.table(table)} where clinic_id = ${clinicId} limit 2`.execute(
      db,
    )
    if (rows.length === 0) throw new Error(`There is nothing in ${table}`)
    return rows.map(({ value }) => ({ theirs: value, never: never() }))
  }
  const id = (table: string) => column(table, 'id', () => NO_ID)
  const credentials = await column('passkeys', 'credential_id', () => '\\x00')
  return {
    ...(await linksOf(db, config, clinicId)),
    users: people.map((user): Name => ({ theirs: user.id, never: NO_ID })),
    addresses: people.map(({ email }): Name => ({ theirs: email, never: NO_EMAIL })),
    cursors: people.map(
      ({ sortName: key, id }): Name => ({
        theirs: id,
        never: NO_ID,
        sent: (id) => encodeCursor({ key, id }),
      }),
    ),
    imports: await id('imports'),
    emails: await id('emails'),
    events: await id('events'),
    codeApps: await column('code_apps', 'id', randomUUID),
    passkeys: await column('passkeys', 'id', randomUUID),
    knownBrowsers: await column('known_browsers', 'id', randomUUID),
    sessions: await column('sessions', 'session_id', randomUUID),
    networks: await column('clinic_networks', 'network', () => NO_NETWORK),
    credentials: credentials.map((name): Name => ({ ...name, sent: credential })),
  }
}

/** As a browser answers, but for the signature. */
function credential(hex: string): string {
  return JSON.stringify({ id: Buffer.from(hex.slice(2), 'hex').toString('base64url') })
}

/** For each purpose, what stands in emails, and what a browser holds once it was opened. */
async function linksOf(db: Database, config: Config, clinicId: Id) {
  const tokens = {} as Record<ClinicLink, Name[]>
  const opened = {} as Record<ClinicLink, Name[]>
  for (const purpose of Object.keys(LINK_TABLES) as ClinicLink[]) {
    const { rows } = await sql<{ id: string; nonce: Buffer }>`
      select id, nonce from ${LINK_TABLES[purpose]} and clinic_id = ${clinicId}`.execute(db)
    if (rows.length === 0) throw new Error(`There is no link of the kind ${purpose}`)
    tokens[purpose] = rows.map((row) => {
      const theirs = linkPath(config, purpose, row).replace(/^.*\//, '')
      return { theirs, never: theirs.replace(/^\d+/, NO_ID) }
    })
    const open = (token: string) => openedLink(config.keys.links, token)
    opened[purpose] = tokens[purpose].map((name) => ({ theirs: open(name.theirs), never: open(name.never) }))
  }
  return { tokens, opened }
}
