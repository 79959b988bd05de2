import { encodeCursor } from '../src/settings/users/list/list-order.ts'
import type { BaselineQuestion } from './baseline-queries.ts'
import type { Answer } from './browser.ts'
import { COMMON_FIRST_NAME, COMMON_NAME, RARE_NAME } from './names.ts'
import type { Visit } from './visit.ts'

/** One thing that somebody does, at the app and at the baseline. */
export interface Question {
  name: string
  app(visit: Visit, headers?: Headers): Promise<Answer>
  baseline(visit: Visit): Promise<Answer>
  /** Whether it costs a hash, and so a hundred times as long as the rest. */
  hashes: boolean
}

type Headers = Record<string, string>
type Asked = Omit<BaselineQuestion, 'clinic'>

/** Pages of people: the app's query string beside the same question as plain values. */
export const PAGES: Question[] = [
  list('list, first page', '', {}),
  list('list, first page, compressed (br)', '', {}, { 'accept-encoding': 'gzip, deflate, br' }),
  list(
    'list, in the middle',
    ({ middle }) => `after=${encodeCursor(middle)}`,
    ({ middle }) => ({ ...middle }),
  ),
  list(
    'list, near the end',
    ({ end }) => `after=${encodeCursor(end)}`,
    ({ end }) => ({ ...end }),
  ),
  list('sorted by last sign-in', 'sort=-last-sign-in', { sort: '-last-sign-in' }),
  search('search, rare name', () => RARE_NAME.toLowerCase()),
  search('search, common name', () => COMMON_NAME),
  search('search, no match', () => 'xylophone'),
  list('search, one letter', 'search=m', { search: '% m%', begins: 'm' }),
  search('search, common first name', () => COMMON_FIRST_NAME),
  list('search, first and last name', `search=${COMMON_FIRST_NAME}+${COMMON_NAME}`, {
    search: `%${COMMON_NAME} ${COMMON_FIRST_NAME}%`,
    begins: `${COMMON_FIRST_NAME}\t${COMMON_NAME}`,
  }),
  search('search, part of a phone number', ({ userPhone }) => userPhone),
  list('filter, role', 'role=bookkeeper', { role: 'bookkeeper' }),
  list('filter, practitioners', 'practitioner=yes', { practitioner: 'yes' }),
  list('filter, invited', 'status=invited', { status: 'invited' }),
  list('filter, deactivated', 'status=deactivated', { status: 'deactivated' }),
  {
    name: "a person's page",
    hashes: false,
    app: ({ app, userId }) => app.get(`/settings/users/${userId}`),
    baseline: (visit) => atBaseline(visit, "a person's page", 'person', { id: visit.userId }),
  },
]

/** The name under which the baseline keeps the page of a question. */
export function pageName(name: string): string {
  return name.replace(/[^a-z]+/g, '-')
}

function search(name: string, term: (visit: Visit) => string): Question {
  return list(
    name,
    (visit) => `search=${encodeURIComponent(term(visit))}`,
    (visit) => ({
      search: `%${term(visit)}%`,
      ...(/^\p{L}+$/u.test(term(visit)) && { begins: term(visit) }),
    }),
  )
}

function list(
  name: string,
  query: string | ((visit: Visit) => string),
  asked: Asked | ((visit: Visit) => Asked),
  headers: Headers = {},
): Question {
  return {
    name,
    hashes: false,
    app: (visit, asHeaders = headers) =>
      visit.app.get(`/settings/users?${typeof query === 'string' ? query : query(visit)}`, asHeaders),
    baseline: (visit) =>
      atBaseline(visit, name, 'list', typeof asked === 'function' ? asked(visit) : asked, headers),
  }
}

function atBaseline(
  { baseline, app, clinic }: Visit,
  name: string,
  route: string,
  asked: Asked,
  headers: Headers = {},
): Promise<Answer> {
  for (const [name, value] of app.cookies) baseline.cookies.set(name, value)
  const query = new URLSearchParams({ ...asked, clinic: clinic.clinicId } as Record<string, string>)
  return baseline.get(`/${route}/${pageName(name)}-${clinic.size}?${query}`, headers)
}
