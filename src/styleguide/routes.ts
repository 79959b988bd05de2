import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { EmailState } from '../emails/email-states.ts'
import type { TimelineStep } from '../emails/timeline.ts'
import { passwordRules } from '../sessions/password-rules.ts'
import { statusBar } from '../settings/users/list/status-bar.ts'
import type { Status } from '../users/users.ts'
import { type Form, formOf } from '../web/forms.ts'
import { answerThisMachineOnly } from '../web/this-machine-only.ts'
import { dated } from '../words/dates.ts'
import { words } from '../words/en.ts'
import { PEOPLE, VALUES } from './samples.ts'

declare module 'fastify' {
  interface Pages {
    'styleguide/index': {
      form: Form
      people: typeof PEOPLE
      passwordRules: readonly string[]
      choices: [string, string][]
      statuses: State[]
      emailStates: State[]
      statusBar: ReturnType<typeof statusBar>
      steps: TimelineStep[]
    }
  }
}

/** Every building block in every state; never in production, and only on this machine. */
export const styleguideRoutes: FastifyPluginAsyncTypebox = async (app) => {
  if (app.config.production) return
  answerThisMachineOnly(app)

  app.get('/', { config: { access: 'anyone' } }, async (_request, reply) =>
    reply.page('styleguide/index', {
      form: formOf(VALUES, ERRORS),
      people: PEOPLE,
      passwordRules: passwordRules(null),
      choices: Object.entries(words.users.phones.types),
      statuses: Object.entries(words.users.status).map(([state, label]) => ({ state, words: label })),
      emailStates: Object.entries(words.emailStates.states).map(([state, label]) => ({
        state,
        words: label,
      })),
      statusBar: statusBar(COUNTS, (status) => `#${status.replace(' ', '-')}`),
      steps: timeline(new Date()),
    }),
  )
}

interface State {
  state: string
  words: string
}

const said = words.styleguide

const ERRORS = [
  { field: 'isWrong', message: said.problems.email },
  { field: 'wrongPassword', message: passwordRules(null)[0] ?? '' },
  { field: 'wrongSelect', message: said.problems.select },
  { field: 'wrongLines', message: said.problems.lines },
  { field: 'wrongFile', message: said.problems.file },
  { field: 'wrongChoice', message: said.problems.choice },
]

const COUNTS: Record<Status, number> = {
  ...{ active: 43, 'starts later': 1, invited: 4, 'invitation expired': 2 },
  ...{ 'access ended': 3, deactivated: 9 },
}

const HOUR_MS = 3_600_000

function timeline(now: Date) {
  const step = (state: EmailState, hoursAgo: number, why = '') => {
    const at = dated(new Date(now.getTime() - hoursAgo * HOUR_MS), 'Australia/Melbourne')
    return { state, words: words.emailStates.states[state], at, why }
  }
  return [
    step('queued', 9_000),
    step('sent', 200),
    step('delivered', 20),
    step('bounced', 2, said.bounced),
    step('unwanted', 1),
  ]
}
