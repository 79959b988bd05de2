import { STATUS_WORDS, type Status } from '../../../users/users.ts'

/** The picture is this wide, whatever the width of the page. */
const BAR_WIDTH = 1_000

/** Beside a thousand, one person is still to be seen. */
const PART_MIN_WIDTH = 8

const STATUSES = ['active', 'invited', 'invitation expired', 'deactivated'] as const satisfies Status[]

/** The parts of the bar over the list, from the left, and where each leads; null where there is no picture to draw. */
export function statusBar(counts: Record<Status, number> | null, href: (status: Status) => string) {
  if (!counts) return null
  const all = STATUSES.reduce((sum, status) => sum + counts[status], 0)
  const widthOf = (count: number) => count && Math.max(PART_MIN_WIDTH, (count / all) * BAR_WIDTH)
  const widths = STATUSES.map((status) => widthOf(counts[status]))
  const scale = BAR_WIDTH / widths.reduce((sum, width) => sum + width, 0)
  let x = 0
  return STATUSES.map((status, index) => {
    const width = Math.round((widths[index] ?? 0) * scale)
    const part = { status, words: STATUS_WORDS[status], count: counts[status], href: href(status), x, width }
    x += width
    return part
  })
}
