import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import type { Id } from '../../database/schema.ts'
import { Refusal, TooLarge } from '../../refusal.ts'
import { ROLE_NAMES, type Role } from '../../roles/roles.ts'
import { actorOf, currentUser } from '../../sessions/session-of-request.ts'
import { OptionalChoice } from '../../users/fields.ts'
import { sendCsv } from '../../web/csv.ts'
import { type Form, formOf } from '../../web/forms.ts'
import { acceptUploads, FILE_LOST } from '../../web/uploads.ts'
import { BYTE_ORDER_MARK, csvLine } from '../../words/csv-line.ts'
import { formatMoment } from '../../words/dates.ts'
import { words } from '../../words/en.ts'
import { number } from '../../words/numbers.ts'
import { type RoleChoice, roleChoices } from '../users/user-form.ts'
import { HEADINGS } from './columns.ts'
import { createDraft } from './drafts.ts'
import { readFileText } from './file-text.ts'
import { DRAFT_VALID_HOURS, type ListedImport, listImports, RESULTS_KEPT_DAYS } from './imports.ts'
import { readUsers } from './read-users.ts'
import { readSpreadsheet, USERS_MAX } from './spreadsheet.ts'

const said = words.imports.start

declare module 'fastify' {
  interface Pages {
    'settings/imports/new': {
      form: Form
      headings: string[]
      roles: RoleChoice[]
      usersMax: string
      imports: { id: Id; makerName: string; at: string; words: string }[]
      draftValidHours: number
      resultsKeptDays: number
    }
  }
}

/** A thousand people with every cell filled in take a quarter of it. */
const LIST_MAX_BYTES = 2 * 1024 * 1024

const ListForm = Type.Object(
  {
    pasted: Type.Optional(Type.String()),
    role: OptionalChoice<Role>(ROLE_NAMES),
    isPractitioner: OptionalChoice(['yes', 'no']),
    [FILE_LOST]: Type.Optional(Type.Literal('yes')),
  },
  { additionalProperties: false },
)

export const newImportRoutes: FastifyPluginAsyncTypebox = async (app) => {
  acceptUploads(app, LIST_MAX_BYTES)

  app.get('/', { config: { access: 'users.add' } }, async (request, reply) =>
    newImportPage(request, reply, formOf()),
  )

  app.get('/template.csv', { config: { access: 'users.add' } }, async (_request, reply) =>
    sendCsv(reply, 'import-users.csv', BYTE_ORDER_MARK + csvLine(HEADINGS)),
  )

  app.post(
    '/',
    { config: { access: 'users.add', onInvalid: newImportPage }, schema: { body: ListForm } },
    async (request, reply) => {
      const { pasted = '', [FILE_LOST]: _, ...defaults } = request.body
      const { upload } = request
      if (request.isUploadCut) throw new TooLarge(upload ? 'file' : 'pasted', 'listTooLarge')
      if (upload && pasted.trim()) throw new Refusal('file', 'listTwice')
      const field = upload ? 'file' : 'pasted'
      const { text, isEncodingGuessed } = upload
        ? readFileText(upload)
        : { text: pasted, isEncodingGuessed: false }
      const list = readUsers(await readSpreadsheet(text, field), defaults, field)
      const id = await createDraft(app.db, actorOf(request), list, { defaults, isEncodingGuessed })
      return reply.redirect(`/settings/imports/${id}`, 303)
    },
  )
}

async function newImportPage(request: FastifyRequest, reply: FastifyReply, form: Form): Promise<unknown> {
  const me = currentUser(request)
  const imports = await listImports(request.server.db, me)
  const isFileLost = form.value(FILE_LOST) && form.errors.length === 0
  return reply.page('settings/imports/new', {
    form: isFileLost ? formOf(request.body, [{ field: 'file', message: said.fileLost }]) : form,
    headings: HEADINGS,
    roles: roleChoices(request),
    usersMax: number(USERS_MAX),
    imports: imports.map((userImport) => ({
      id: userImport.id,
      makerName: userImport.makerName,
      at: formatMoment(userImport.startedAt ?? userImport.createdAt, me.timeZone),
      words: stateWords(userImport),
    })),
    draftValidHours: DRAFT_VALID_HOURS,
    resultsKeptDays: RESULTS_KEPT_DAYS,
  })
}

function stateWords({ startedAt, finishedAt, stopReason, progress }: ListedImport): string {
  const { added, refused, waiting } = progress
  const done = added + refused
  if (!startedAt) return said.draft({ waiting })
  if (!finishedAt) return said.running({ done, of: done + waiting })
  return said.done({ isStopped: stopReason !== null, added, not: refused + waiting })
}
