const names = new Intl.DisplayNames('en', { type: 'region' })

/** Of an ISO 3166 code. */
export function countryName(code: string): string {
  return names.of(code) ?? code
}
