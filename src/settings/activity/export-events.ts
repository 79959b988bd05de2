import type { Database } from '../../database/database.ts'
import type { Id } from '../../database/schema.ts'
import { type EventFilter, type ListedEvent, listEvents } from '../../events/list-events.ts'
import { BYTE_ORDER_MARK, csvLine } from '../../words/csv-line.ts'
import { utcMinute } from '../../words/dates.ts'
import { words } from '../../words/en.ts'
import { changeWords, eventWords } from './event-words.ts'

const EVENTS_PER_CHUNK = 500

const { columns, export: said, someone, unknownEmail } = words.activity
const COLUMNS = [said.when, columns.who, columns.what, said.changes, columns.from, said.code]

/** The activity as CSV, newest first, in chunks, so that its size doesn't matter. */
export async function* exportEvents(
  db: Database,
  clinicId: Id,
  filter: Omit<EventFilter, 'before' | 'limit'>,
): AsyncGenerator<string> {
  yield BYTE_ORDER_MARK + csvLine(COLUMNS)
  for (let before: Id | null | undefined; before !== null; ) {
    const page = { ...filter, ...(before && { before }), limit: EVENTS_PER_CHUNK }
    const { events, older } = await listEvents(db, clinicId, page)
    if (events.length > 0) yield events.map((event) => csvLine(cellsOf(event))).join('')
    before = older
  }
}

/** The code stays the same when the words change, so that reports can rely on it. */
function cellsOf({ createdAt, actorName, action, subjectName, before, after, ip }: ListedEvent): string[] {
  return [
    utcMinute(createdAt),
    actorName ?? someone,
    eventWords(action, subjectName ?? unknownEmail),
    changeWords(before, after).join('\n'),
    ip ?? '',
    action,
  ]
}
