import { Type } from 'typebox'
import type { FieldProblem } from '../refusal.ts'
import { answers } from '../words/en/answers.ts'
import { tidyName } from './names.ts'

/** Many people have just one name. It goes in as the first name, and the last name stays empty. */
export const LastNameFields = {
  lastName: Type.Optional(Type.String({ format: 'person-name' })),
  hasOneName: Type.Optional(Type.String({ enum: ['', 'yes', 'no'], message: answers.yesOrNo })),
}

interface LastNameAnswers {
  lastName?: unknown
  hasOneName?: unknown
}

/** An empty last name is a mistake, unless they say it isn't. */
export function lastNameProblems({ lastName, hasOneName }: LastNameAnswers): FieldProblem[] {
  const isOnly = hasOneName === 'yes'
  if (!lastName && !isOnly) return [{ field: 'lastName', message: answers.name.noLast }]
  if (lastName && isOnly) return [{ field: 'lastName', message: answers.name.lastToo }]
  return []
}

export function lastNameOf({ lastName, hasOneName }: { lastName?: string; hasOneName?: string }): string {
  return hasOneName === 'yes' ? '' : tidyName(lastName ?? '')
}
