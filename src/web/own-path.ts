/** A path of our own, or the home page for anything that leads elsewhere. */
export function ownPath(wanted: string | undefined, ours: string): string {
  if (!wanted?.startsWith('/') || !URL.canParse(wanted, ours)) return '/'
  const { origin, pathname, search } = new URL(wanted, ours)
  return origin === ours && !pathname.startsWith('//') ? `${pathname}${search}` : '/'
}
