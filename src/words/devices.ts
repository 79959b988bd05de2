// Order matters: Edge and Opera also call themselves Chrome, and all of them call themselves Safari.
const BROWSERS = [
  ['Edge', /Edg(e|A|iOS)?\//],
  ['Opera', /OPR\//],
  ['Samsung Internet', /SamsungBrowser\//],
  ['Firefox', /(Firefox|FxiOS)\//],
  ['Chromium', /Chromium\//],
  ['Chrome', /(Chrome|CriOS)\//],
  ['Safari', /Safari\//],
] as const
const SYSTEMS = [
  ['iPhone', /iPhone/],
  ['iPad', /iPad/],
  ['Android', /Android/],
  ['Windows', /Windows/],
  ['macOS', /Mac OS X|Macintosh/],
  ['ChromeOS', /CrOS/],
  ['Linux', /Linux/],
] as const

/** Such as “Chromium on Linux”, from the user agent. */
export function deviceWords(userAgent: string | null): string {
  const named = (names: typeof BROWSERS | typeof SYSTEMS) =>
    names.find(([, pattern]) => pattern.test(userAgent ?? ''))?.[0]
  const browser = named(BROWSERS) ?? 'Unknown browser'
  const system = named(SYSTEMS)
  return system ? `${browser} on ${system}` : browser
}

/** Such as “5 minutes ago”. */
export function agoWords(seconds: number): string {
  const minutes = Math.floor(seconds / 60)
  if (minutes < 2) return 'just now'
  if (minutes < 120) return `${minutes} minutes ago`
  return `${Math.floor(minutes / 60)} hours ago`
}
