import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Import, ImportRow } from '../../database/schema.ts'
import { inWords } from '../../refusal.ts'
import { currentUser } from '../../sessions/session-of-request.ts'
import type { Form } from '../../web/forms.ts'
import { formatMoment } from '../../words/dates.ts'
import { words } from '../../words/en.ts'
import { namesOf, RESULTS_KEPT_DAYS, rowsOf } from './imports.ts'
import { resultOf } from './results.ts'

const said = words.imports.run

declare module 'fastify' {
  interface Pages {
    'settings/imports/run': Record<'added' | 'notAdded' | 'skipped', ReturnType<typeof shown>[]> & {
      form: Form
      userImport: Import
      isRunning: boolean
      looksAgain: boolean
      path: string
      total: number
      done: number
      startedAt: string | null
      resultsKeptDays: number
      stopped: string
    }
  }
}

const LOOK_AGAIN_SECONDS = 2
/** A page that refreshed forever would keep its session alive forever. */
const LOOK_AGAIN_FOR_MS = 15 * 60 * 1_000

/** Progress and results so far. */
export async function runPage(
  request: FastifyRequest,
  reply: FastifyReply,
  userImport: Import,
  form: Form,
): Promise<unknown> {
  const rows = await rowsOf(request.server.db, userImport)
  const isRunning = !userImport.finishedAt
  const isStill = 'still' in (request.query as object)
  const looksAgain = isRunning && !isStill && Date.now() - Number(userImport.startedAt) < LOOK_AGAIN_FOR_MS
  // Not a meta element: some screen readers warn about it, and a header also works without scripts.
  if (looksAgain) reply.header('refresh', LOOK_AGAIN_SECONDS)
  const results = rows.map((row) => shown(userImport, row))
  const { timeZone } = currentUser(request)
  return reply.page('settings/imports/run', {
    ...{ form, userImport, isRunning, looksAgain, path: `/settings/imports/${userImport.id}` },
    total: rows.filter(({ isSkipped }) => !isSkipped).length,
    done: rows.filter(({ userId, refusal }) => userId !== null || refusal !== null).length,
    startedAt: userImport.startedAt && formatMoment(userImport.startedAt, timeZone),
    added: results.filter(({ result }) => result === 'added'),
    notAdded: results.filter(({ result }) => result === 'not added'),
    skipped: results.filter(({ result }) => result === 'skipped'),
    resultsKeptDays: RESULTS_KEPT_DAYS,
    stopped: stopWords(userImport, await namesOf(request.server.db, userImport)),
  })
}

function shown(userImport: Import, row: ImportRow) {
  const link = row.refusal && inWords(row.refusal).link
  return { ...row, ...resultOf(userImport, row), name: nameOf(row), link: link ?? null }
}

function nameOf({ number, answers }: Pick<ImportRow, 'number' | 'answers'>): string {
  return [answers.firstName, answers.lastName].filter(Boolean).join(' ') || words.imports.row({ row: number })
}

function stopWords({ stopReason }: Import, { starter, stopper }: Awaited<ReturnType<typeof namesOf>>) {
  if (!stopReason) return ''
  return stopReason === 'stopped' ? said.stoppedBy({ name: stopper }) : said.rightLost({ name: starter })
}
