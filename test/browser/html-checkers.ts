import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, renameSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { type ConfigData, HtmlValidate, StaticConfigLoader } from 'html-validate'

const run = promisify(execFile)

/** Of npm, for its jar alone: as a dependency it would download a Java of its own at every installation. */
const NU_VERSION = '26.9.27'
const NU_FOLDER = fileURLToPath(new URL('../../node_modules/.cache/nu', import.meta.url))
const ANSWER_MAX_BYTES = 50_000_000

const PAGES: ConfigData = {
  extends: ['html-validate:recommended', 'html-validate:document', 'html-validate:a11y'],
  rules: {
    // How the markup is written is taste.
    'doctype-style': 'off',
    'no-trailing-whitespace': 'off',
    'void-style': 'off',
    'attribute-boolean-style': 'off',
    'attribute-empty-style': 'off',
    'no-implicit-close': 'error',
    // A button in a form sends it, and every button here stands in one.
    'no-implicit-button-type': 'off',
    // A page names its clinic.
    'long-title': 'off',
    // What is wrong with a form is said before its heading.
    'heading-level': ['error', { minInitialRank: 'h2' }],
    // All files are our own.
    'require-sri': ['error', { target: 'crossorigin' }],
    // The style sheet keeps numbers on one line.
    'tel-non-breaking': 'off',
  },
}

/** E-mail programs read styles in place, and some of them only attributes that HTML has given up. */
const EMAILS: ConfigData = {
  ...PAGES,
  rules: { ...PAGES.rules, 'no-inline-style': 'off', 'no-deprecated-attr': 'off', 'prefer-tbody': 'off' },
}

const isEmail = (file: string) => /-email-|-outbox-.*-html/.test(basename(file))

export async function htmlValidateFindings(files: string[]): Promise<string[]> {
  const found: string[] = []
  for (const file of files) {
    const checker = new HtmlValidate(new StaticConfigLoader(isEmail(file) ? EMAILS : PAGES))
    const report = await checker.validateFile(file)
    for (const { messages } of report.results)
      for (const { ruleId, message, line } of messages)
        found.push(`html-validate ${basename(file)}:${line} ${ruleId}: ${message}`)
  }
  return found
}

interface NuMessage {
  url?: string
  type: string
  lastLine?: number
  message: string
}

export async function nuFindings(files: string[]): Promise<string[]> {
  const jar = await nuJar()
  const options = ['-jar', jar, '--stdout', '--exit-zero-always', '--format', 'json', ...files]
  const { stdout } = await run('java', options, { maxBuffer: ANSWER_MAX_BYTES })
  const { messages } = JSON.parse(stdout) as { messages: NuMessage[] }
  const shown = messages.filter(
    ({ url = '', message }) => !(isEmail(url) && /attribute on the .* element is obsolete/.test(message)),
  )
  return shown.map(
    ({ url = '', type, lastLine, message }) => `Nu ${basename(url)}:${lastLine} ${type}: ${message}`,
  )
}

async function nuJar(): Promise<string> {
  const jar = join(NU_FOLDER, `vnu-${NU_VERSION}.jar`)
  if (existsSync(jar)) return jar
  mkdirSync(NU_FOLDER, { recursive: true })
  const { stdout } = await run('npm', ['pack', '--silent', `vnu-jar@${NU_VERSION}`], { cwd: NU_FOLDER })
  await run('tar', ['xzf', stdout.trim()], { cwd: NU_FOLDER })
  renameSync(join(NU_FOLDER, 'package/build/dist/vnu.jar'), jar)
  return jar
}
