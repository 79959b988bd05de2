import type { Status } from '../../../users/users.ts'
import { words } from '../../../words/en.ts'

/** Drawn this wide, and scaled to the page. */
const BAR_WIDTH = 1_000

/** One person must still be visible beside a thousand. */
const PART_MIN_WIDTH = 8

const STATUSES = ['active', 'invited', 'invitation expired', 'deactivated'] as const satisfies Status[]

/** The bar's parts from left to right, with their links; null if there's nothing to draw. */
export function statusBar(counts: Record<Status, number> | null, href: (status: Status) => string) {
  if (!counts) return null
  const all = STATUSES.reduce((sum, status) => sum + counts[status], 0)
  const widthOf = (count: number) => count && Math.max(PART_MIN_WIDTH, (count / all) * BAR_WIDTH)
  const widths = STATUSES.map((status) => widthOf(counts[status]))
  const scale = BAR_WIDTH / widths.reduce((sum, width) => sum + width, 0)
  let x = 0
  return STATUSES.map((status, index) => {
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
