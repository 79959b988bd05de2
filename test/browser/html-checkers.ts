import { basename, join } from 'node:path'
import { type ConfigData, HtmlValidate, StaticConfigLoader } from 'html-validate'
import { pathOf } from '../support/programs.js'
import { runProgram } from '../support/start-program.ts'
import { npmTools } from './npm-tools.ts'

const NU = { 'vnu-jar': '26.9.27' }

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

/** Email programs read styles in place, and some of them only attributes that HTML has given up. */
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
  const jar = join(await npmTools('nu', NU), 'node_modules/vnu-jar/build/dist/vnu.jar')
  const options = ['-jar', jar, '--stdout', '--exit-zero-always', '--format', 'json', ...files]
  const { stdout } = await runProgram(pathOf('Java') ?? 'java', options)
  const { messages } = JSON.parse(stdout) as { messages: NuMessage[] }
  const shown = messages.filter(
    ({ url = '', message }) => !(isEmail(url) && /attribute on the .* element is obsolete/.test(message)),
  )
  return shown.map(
    ({ url = '', type, lastLine, message }) => `Nu ${basename(url)}:${lastLine} ${type}: ${message}`,
  )
}
