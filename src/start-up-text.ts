import { hasClinic } from './clinics/clinics.ts'
import type { Config } from './config.ts'
import type { Database } from './database/database.ts'
import { DEMO_PASSWORD } from './demo/team.ts'
import { capturesEmail } from './emails/mailer.ts'
import { setupCode } from './set-up/set-up.ts'

/** The owner of the seeded clinic; everyone in it has the same password. */
const DEMO_SIGN_IN = `olivia@harbour-street-clinic.example and the password: ${DEMO_PASSWORD}`

/** The one link that makes the clinic, while there is none. */
export async function setUpLink(config: Config, db: Database): Promise<string | null> {
  return (await hasClinic(db)) ? null : `${config.publicUrl}/setup?code=${setupCode(config)}`
}

/** What a person who has just typed `npm start` needs to know, and no more. */
export function startUpText(config: Config, setUpLink: string | null): string {
  const lines: [label: string, value: string][] = [['Open it at', config.publicUrl]]
  if (setUpLink) lines.push(['First, set up the clinic', setUpLink])
  if (config.demo) lines.push(['Sign in with', DEMO_SIGN_IN])
  if (capturesEmail(config)) lines.push(['No email is sent; read it at', `${config.publicUrl}/outbox`])
  lines.push(['The data is in', config.databaseUrl ? databaseName(config.databaseUrl) : config.dataDir])

  const width = Math.max(...lines.map(([label]) => label.length))
  const text = lines.map(([label, value]) => `  ${label.padEnd(width)}  ${value}`).join('\n')
  return `\nFrontdesk is running. Ctrl-C ends it.\n\n${text}\n`
}

/** Host and name, without the password. */
function databaseName(url: string): string {
  const { host, pathname } = new URL(url)
  return `PostgreSQL, ${host}${pathname}`
}
