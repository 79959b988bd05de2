import type { FastifyRequest } from 'fastify'

/** Pages that work without a session. */
const BEGINS = /^\/(sign-in|join|setup)(\/|$)/

/** The sign-in page; it can say that the browser didn't keep our cookie. */
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
