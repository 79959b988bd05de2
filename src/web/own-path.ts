/** A path of our own, or the home page for anything that leads elsewhere. */
export function ownPath(wanted: string | undefined, publicUrl: string): string {
  if (!wanted?.startsWith('/') || !URL.canParse(wanted, publicUrl)) return '/'
  const { origin, pathname, search } = new URL(wanted, publicUrl)
  return origin === publicUrl && !pathname.startsWith('//') ? `${pathname}${search}` : '/'
}
