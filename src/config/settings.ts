import { readFileSync } from 'node:fs'
import { configuration as said } from '../words/en/configuration.ts'

export type Environment = Record<string, string | undefined>

/** Platforms hand these out as files, too: `SECRET_FILE` and so on. */
const SECRETS = [
  'SECRET',
  'DATABASE_URL',
  'DATABASE_OWNER_URL',
  'POSTMARK_SERVER_TOKEN',
  'POSTMARK_WEBHOOK_PASSWORD',
]

/** Taken to the letter: whatever surrounds it was part of the keys from the first day on. */
const VERBATIM = 'SECRET'

/** The environment as it was meant: secrets out of their files, and without the blanks and quotes that some tools leave in. */
export function readSettings(env: Environment): { settings: Environment; problems: string[] } {
  const settings: Environment = {}
  for (const [name, value] of Object.entries(env))
    settings[name] = name === VERBATIM ? value || undefined : unwrapped(value)

  const problems: string[] = []
  for (const name of SECRETS) {
    const file = settings[`${name}_FILE`]
    if (!file) continue
    if (settings[name]) problems.push(said.both(name))
    else settings[name] = contentOf(name, file, problems)
  }
  return { settings, problems }
}

function contentOf(name: string, file: string, problems: string[]): string | undefined {
  try {
    const text = readFileSync(file, 'utf8').replace(/[\r\n]+$/, '')
    if (text.trim()) return name === VERBATIM ? text : unwrapped(text)
    problems.push(said.fileEmpty({ name, file }))
  } catch (error) {
    problems.push(said.fileUnreadable({ name, file, code: String((error as NodeJS.ErrnoException).code) }))
  }
  return undefined
}

function unwrapped(value: string | undefined): string | undefined {
  const bare = value?.trim().replace(/^(["'])(.*)\1$/s, '$2')
  return bare?.trim() || undefined
}
