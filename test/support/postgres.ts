export const TEMPLATE = 'frontdesk_template'

/** Where this run's PostgreSQL is. */
export function serverUrl(): string {
  const url = process.env.DATABASE_URL
  if (!url) throw new Error('DATABASE_URL is not set')
  return url
}
