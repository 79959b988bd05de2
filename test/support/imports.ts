import { sql } from 'kysely'
import type { Database } from '../../src/database/database.ts'
import { DEMO_PASSWORD } from '../../src/demo/team.ts'
import { type AddingParts, addNext } from '../../src/settings/imports/add-next.ts'
import { asApp } from './isolation.ts'
import { type Fields, hidden, type Visit, type Visitor } from './visitor.ts'

export const IMPORTS = '/settings/imports'

export const HEAD = 'First name\tLast name\tEmail\tSecurity role\tPractitioner'

export const silent: AddingParts['log'] = { info() {}, warn() {}, error() {} }

/** A row for each number, all different and nothing wrong with any. */
export function goodRows(numbers: number[], domain = 'many.example'): string {
  const rows = numbers.map((n) => `Kim\tNumber ${n}\tkim${n}@${domain}\tReceptionist\tNo`)
  return [HEAD, ...rows].join('\n')
}

export const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1)

const BOUNDARY = 'a-boundary-of-the-tests'

/** As browsers send a form with a file field, chosen or not. */
export function multipart(fields: Fields, file: Buffer | string = ''): Buffer {
  const parts = Object.entries(fields).map(([name, value]) => part(`name="${name}"`, Buffer.from(value)))
  const fileHead = 'name="file"; filename="list.csv"\r\nContent-Type: text/csv'
  return Buffer.concat([...parts, part(fileHead, Buffer.from(file)), Buffer.from(`--${BOUNDARY}--\r\n`)])
}

export const MULTIPART = `multipart/form-data; boundary=${BOUNDARY}`

export function sendList(visitor: Visitor, fields: Fields, file?: Buffer | string): Promise<Visit> {
  return visitor.send({
    method: 'POST',
    url: IMPORTS,
    payload: multipart(fields, file),
    headers: { origin: visitor.origin, 'content-type': MULTIPART },
  })
}

/** The path of a new draft. */
export async function draftOf(visitor: Visitor, pasted: string): Promise<string> {
  const sent = await sendList(visitor, { pasted })
  if (!sent.location) throw new Error(`No draft (${sent.status}): ${sent.text}`)
  return sent.location
}

/** Presses Add on the review: the answer is the page Verify your password, or a refusal. */
export async function askToStart(visitor: Visitor, path: string): Promise<Visit> {
  return visitor.post(`${path}/start`, { version: hidden(await visitor.get(path), 'version') })
}

export function verifyStart(visitor: Visitor, lastLook: Visit, path: string): Promise<Visit> {
  return visitor.post(`${path}/start`, {
    signedForm: hidden(lastLook, 'signedForm'),
    currentPassword: DEMO_PASSWORD,
  })
}

/** From the clipboard to work under way; answers the path of its page. */
export async function started(visitor: Visitor, pasted: string): Promise<string> {
  const path = await draftOf(visitor, pasted)
  await verifyStart(visitor, await askToStart(visitor, path), path)
  return path
}

/** More than any list holds. */
const USERS_MAX = 2_000

/** Does what a process does, until nothing is to do. */
export async function addEverybody(parts: AddingParts): Promise<void> {
  const guarded = { ...parts, db: asApp(parts.db) }
  for (let people = 0; people < USERS_MAX; people++) if ((await addNext(guarded)) !== 'worked') return
  throw new Error(`More than ${USERS_MAX} people are to be added`)
}

interface Added {
  people: number
  invitations: number
  emails: number
  events: number
}

/** How many people, invitations, emails and events there are of those whom `goodRows` named. */
export async function countAdded(db: Database): Promise<Added> {
  const { rows } = await sql<Added>`
    with added as (select id from users where email like 'kim%')
    select (select count(*)::int from added) as people,
      (select count(*)::int from invitations where user_id in (select id from added)) as invitations,
      (select count(*)::int from emails where user_id in (select id from added)) as emails,
      (select count(*)::int from events where action = 'user.added' and subject_id in (select id from added)) as events`.execute(
    db,
  )
  return rows[0] as Added
}

function part(head: string, content: Buffer): Buffer {
  const begin = Buffer.from(`--${BOUNDARY}\r\nContent-Disposition: form-data; ${head}\r\n\r\n`)
  return Buffer.concat([begin, content, Buffer.from('\r\n')])
}
