import AjvCompiler from '@fastify/ajv-compiler'
import type { FastifyServerOptions } from 'fastify'
import type { Checks } from './forms.ts'

/** Strict: converts nothing, drops nothing silently, and reports every problem. */
export const schemaOptions = (checks: Checks): NonNullable<FastifyServerOptions['ajv']> => ({
  customOptions: {
    allErrors: true,
    coerceTypes: false,
    removeAdditional: false,
    useDefaults: false,
    verbose: true,
    formats: Object.fromEntries(
      Object.entries(checks).map(([name, problemOf]) => [name, (text: string) => problemOf(text) === null]),
    ),
    keywords: ['message'],
  },
})

/** Shared by every app in the process: tests build hundreds. */
export const buildValidator = AjvCompiler()
