/** What it looks at of a request. */
interface Visit {
  url: string
  headers: { cookie?: string | undefined; referer?: string | undefined }
}

/** Pages that work without a session. */
const BEGINS = /^\/(sign-in|join|setup)(\/|$)/

/** The sign-in page; it can say that the browser didn't keep our cookie. */
export function signInUrl(visit: Visit, next?: string): string {
  const wanted = next === undefined ? '' : `next=${encodeURIComponent(next)}`
  const query = [wanted, hasKeptNoCookie(visit) ? 'cookies=none' : ''].filter(Boolean).join('&')
  return query ? `/sign-in?${query}` : '/sign-in'
}

function hasKeptNoCookie({ headers, url }: Visit): boolean {
  if (/\bsession=/.test(headers.cookie ?? '')) return false
  const from = headers.referer ?? ''
  return url === '/continue' || (URL.canParse(from) && BEGINS.test(new URL(from).pathname))
}
