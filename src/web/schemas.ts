import AjvCompiler from '@fastify/ajv-compiler'
import type { FastifyServerOptions } from 'fastify'
import type { Checks } from './forms.ts'

/** Strict on what comes in: nothing is converted, nothing unknown is dropped in silence, every problem is told. */
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

/** What it compiled serves every app of the process: tests build hundreds. */
export const buildValidator = AjvCompiler()
