import type { FastifyRequest } from 'fastify'

/** Where a session begins, and no link leads to a page that needs one. */
const BEGINS = /^\/(sign-in|join|setup)(\/|$)/

/** The page for whoever is not signed in; it says so where their browser has just kept no cookie. */
export function signInUrl(request: FastifyRequest, next?: string): string {
  const wanted = next === undefined ? '' : `next=${encodeURIComponent(next)}`
  const query = [wanted, hasKeptNoCookie(request) ? 'cookies=none' : ''].filter(Boolean).join('&')
  return query ? `/sign-in?${query}` : '/sign-in'
}

function hasKeptNoCookie({ headers, url }: FastifyRequest): boolean {
  if (/\bsession=/.test(headers.cookie ?? '')) return false
  const from = headers.referer ?? ''
  return url === '/continue' || (URL.canParse(from) && BEGINS.test(new URL(from).pathname))
}
