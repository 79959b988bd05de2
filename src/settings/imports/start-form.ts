import type { FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import type { Import } from '../../database/schema.ts'
import { can, ROLE_NAMES, ROLES } from '../../roles/roles.ts'
import type { Confirmation } from '../../sessions/confirmation.ts'
import { currentUser } from '../../sessions/session-of-request.ts'
import { fullName } from '../../users/names.ts'
import { answersOf } from '../../web/forms.ts'
import { words } from '../../words/en.ts'
import { importOfRequest } from './import-page.ts'
import { readyRows } from './review-page.ts'
import type { ReadyRow } from './run.ts'

const said = words.imports.confirmation

export const StartForm = Type.Object(
  { version: Type.String({ pattern: '^[0-9]{1,9}$', message: words.imports.review.openAgain }) },
  { additionalProperties: false },
)

/** How many names the confirmation lists before “and N more”. */
const NAMES_TOLD = 10

/** Everyone the posted form would add. @throws {Refusal} while any row has a problem */
export async function readyRowsOf(request: FastifyRequest, draft: Import): Promise<ReadyRow[]> {
  const { version } = answersOf(request, StartForm)
  return readyRows(request, draft, Number(version))
}

/** Shown before they're added; none if the import has already started. */
export async function startConfirmation(request: FastifyRequest): Promise<Confirmation | null> {
  const userImport = await importOfRequest(request)
  if (userImport.startedAt) return null
  const users = (await readyRowsOf(request, userImport)).map(({ userFields }) => userFields)
  const practitioners = users.filter((user) => user.isPractitioner)
  const roles = ROLE_NAMES.map((role) => ({ role, holders: users.filter((user) => user.role === role) }))
  const rows = [
    { label: said.billed, value: said.practitioners({ count: practitioners.length }) },
    { label: said.free, value: said.others({ count: users.length - practitioners.length }) },
    ...roles
      .filter(({ holders }) => holders.length > 0)
      .map(({ role, holders }) => {
        return {
          label: ROLES[role].label,
          value: said.holders({ count: holders.length, names: namesOf(holders) }),
        }
      }),
  ]
  const count = users.length
  return {
    heading: said.heading({ count, clinic: currentUser(request).clinicName }),
    consequence: said.consequence,
    rows: rows.map((row) => ({ ...row, field: 'form' })),
    button: words.imports.review.add({ count }),
    back: words.imports.cancel,
    asksForCode: users.some((user) => can(user, 'users.edit')),
  }
}

function namesOf(users: ReadyRow['userFields'][]): string {
  const names = users.slice(0, NAMES_TOLD).map(fullName).join(', ')
  return users.length > NAMES_TOLD ? said.andMore({ names, count: users.length - NAMES_TOLD }) : names
}
