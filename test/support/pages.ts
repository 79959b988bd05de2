import type { Cursor } from '../../src/settings/users/list/list-order.ts'
import type { ListedUser, UserPage } from '../../src/settings/users/list/list-users.ts'

const PAGES_MAX = 200

interface Turned {
  /** What each page showed, the first page first. */
  seen: string[][]
  back: string[][]
}

/** Turns the pages of a list to its end, and back again. */
export async function pagesForthAndBack(
  list: (cursor: { after?: Cursor; before?: Cursor }) => Promise<UserPage>,
  show: (users: ListedUser[]) => string[] = (users) => users.map(({ id }) => id),
): Promise<Turned> {
  let page = await list({})
  const seen = [show(page.users)]
  for (let pages = 1; page.after && pages < PAGES_MAX; pages++) {
    page = await list({ after: page.after })
    seen.push(show(page.users))
  }
  const back = [show(page.users)]
  for (let pages = 1; page.before && pages < PAGES_MAX; pages++) {
    page = await list({ before: page.before })
    back.unshift(show(page.users))
  }
  return { seen, back }
}
