import { encodeCursor } from '../src/settings/users/list/list-order.ts'
import type { Answer } from './browser.ts'
import { COMMON_FIRST_NAME, COMMON_NAME, RARE_NAME } from './names.ts'
import type { Visit } from './visit.ts'

/** One thing that somebody does. */
export interface Question {
  name: string
  ask(visit: Visit): Promise<Answer>
  /** Whether it costs a hash, and so a hundred times as long as the rest. */
  hashes: boolean
}

const LIST = '/settings/users'

/** What is asked at the baseline, too, and how it is called there. */
export const COMPARED = [
  { name: 'list', app: () => LIST, baseline: () => '/list' },
  {
    name: 'search',
    app: () => `${LIST}?search=${COMMON_NAME}`,
    baseline: () => `/search?search=${COMMON_NAME}`,
  },
  {
    name: 'person',
    app: ({ userId }: Visit) => `${LIST}/${userId}`,
    baseline: ({ userId }: Visit) => `/person?id=${userId}`,
  },
]

export const PAGES: Question[] = [
  page('list, first page', () => LIST),
  page('list, first page, compressed', () => LIST, { 'accept-encoding': 'gzip, deflate, br' }),
  page('list, in the middle', ({ middle }) => `${LIST}?after=${encodeCursor(middle)}`),
  page('list, near the end', ({ end }) => `${LIST}?after=${encodeCursor(end)}`),
  page('sorted by last sign-in', () => `${LIST}?sort=-last-sign-in`),
  search('search, rare name', () => RARE_NAME.toLowerCase()),
  search('search, common name', () => COMMON_NAME),
  search('search, no match', () => 'xylophone'),
  search('search, one letter', () => 'm'),
  search('search, common first name', () => COMMON_FIRST_NAME),
  search('search, first and last name', () => `${COMMON_FIRST_NAME} ${COMMON_NAME}`),
  search('search, part of a phone number', ({ userPhone }) => userPhone),
  page('filter, role', () => `${LIST}?role=bookkeeper`),
  page('filter, practitioners', () => `${LIST}?practitioner=yes`),
  page('filter, invited', () => `${LIST}?status=invited`),
  page('filter, deactivated', () => `${LIST}?status=deactivated`),
  page("a person's page", ({ userId }) => `${LIST}/${userId}`),
]

function search(name: string, term: (visit: Visit) => string): Question {
  return page(name, (visit) => `${LIST}?search=${encodeURIComponent(term(visit))}`)
}

function page(name: string, path: (visit: Visit) => string, headers: Record<string, string> = {}): Question {
  return { name, hashes: false, ask: (visit) => visit.app.get(path(visit), headers) }
}
