import { hasClinic } from './clinics/clinics.ts'
import { urlsOfHosts } from './config/database-hosts.ts'
import type { Config } from './config.ts'
import type { Database } from './database/database.ts'
import { DEMO_PASSWORD } from './demo/team.ts'
import { capturesEmail } from './emails/mailer.ts'
import { setupCode } from './set-up/set-up.ts'
import { terminal } from './words/en/terminal.ts'

const said = terminal.startUp

/** The owner of the seeded clinic; everyone in it has the same password. */
const DEMO_EMAIL = 'olivia@harbour-street-clinic.example'

/** The one link that makes the only clinic, while there is none. */
export async function setUpLink(config: Config, db: Database): Promise<string | null> {
  if (config.hasManyClinics || (await hasClinic(db))) return null
  return `${config.publicUrl}/setup?code=${setupCode(config)}`
}

/** What a person who has just typed `npm start` needs to know, and no more. */
export function startUpText(config: Config, setUpLink: string | null): string {
  const lines: [label: string, value: string][] = [[said.open, config.publicUrl]]
  if (setUpLink) lines.push([said.setUp, setUpLink])
  if (config.isSignUpOpen) lines.push([said.newClinic, `${config.publicUrl}/new-clinic`])
  else if (config.hasManyClinics) lines.push([said.newClinic, said.invite])
  if (config.demo) lines.push([said.signIn, said.demo({ email: DEMO_EMAIL, password: DEMO_PASSWORD })])
  if (capturesEmail(config)) lines.push([said.captured, `${config.publicUrl}/outbox`])
  lines.push([said.data, config.databaseUrl ? databaseName(config.databaseUrl) : config.dataDir])

  const width = Math.max(...lines.map(([label]) => label.length))
  const text = lines.map(([label, value]) => `  ${label.padEnd(width)}  ${value}`).join('\n')
  return `\n${said.running}\n\n${text}\n`
}

/** Hosts and name, without the password. */
function databaseName(url: string): string {
  const hosts = urlsOfHosts(url).map((one) => new URL(one))
  return said.database({ host: hosts.map(({ host }) => host).join(','), path: hosts[0]?.pathname ?? '' })
}
