import type { Status } from '../../../users/users.ts'
import { words } from '../../../words/en.ts'

/** Drawn this wide, and scaled to the page. */
const BAR_WIDTH = 1_000

/** One person must still be visible beside a thousand. */
const PART_MIN_WIDTH = 8

const STATUSES = [
  ...['active', 'starts later', 'invited', 'invitation expired', 'access ended', 'deactivated'],
] as Status[]

/** Most clinics never set dates. */
const ONLY_IF_ANY: readonly Status[] = ['starts later', 'access ended']

/** The bar's parts from left to right, with their links; null if there's nothing to draw. */
export function statusBar(counts: Record<Status, number> | null, href: (status: Status) => string) {
  if (!counts) return null
  const shown = STATUSES.filter((status) => counts[status] > 0 || !ONLY_IF_ANY.includes(status))
  const all = shown.reduce((sum, status) => sum + counts[status], 0)
  const widthOf = (count: number) => count && Math.max(PART_MIN_WIDTH, (count / all) * BAR_WIDTH)
  const widths = shown.map((status) => widthOf(counts[status]))
  const scale = BAR_WIDTH / widths.reduce((sum, width) => sum + width, 0)
  let x = 0
  return shown.map((status, index) => {
    const width = Math.round((widths[index] ?? 0) * scale)
    const part = {
      status,
      words: words.users.status[status],
      count: counts[status],
      href: href(status),
      x,
      width,
    }
    x += width
    return part
  })
}
