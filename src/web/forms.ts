import { parse } from 'node:querystring'
import fastifyFormbody from '@fastify/formbody'
import type { FastifyReply, FastifyRequest, FastifySchemaValidationError } from 'fastify'
import fp from 'fastify-plugin'
import type { Static, TSchema } from 'typebox'
import { type FieldProblem, InvalidForm } from '../refusal.ts'
import { words } from '../words/en.ts'
import { tidyText } from '../words/typed-text.ts'

export type Fields = Record<string, unknown>

/** What was typed into a form, and what's wrong with it. */
export interface Form {
  errors: FieldProblem[]
  /** What was typed is kept for this page; `isNews` if the page was opened again. */
  kept?: { page: string; isNews: boolean }
  value(field: string): string
  error(field: string): FieldProblem | undefined
}

/** Renders a form's page: at first, after a refusal, and when going back to change something. */
type FormPage = (request: FastifyRequest, reply: FastifyReply, form: Form) => Promise<unknown>

/** The formats that a schema can name. Each says what's wrong with a text, or null. */
export type Checks = Readonly<Record<string, (text: string) => string | null>>

declare module 'fastify' {
  interface FastifyInstance {
    checks: Checks
  }
  interface FastifyContextConfig {
    onInvalid?: FormPage
    /** Rules beyond the schema, such as those about several answers or the clinic. */
    rules?: (request: FastifyRequest) => Promise<FieldProblem[]>
  }
}

export const FORM_MAX_BYTES = 32 * 1024

/** Passwords are taken as typed and never shown again. */
const isPassword = (field: string) => /password/i.test(field)

export const forms = fp(
  async (app) => {
    app.removeAllContentTypeParsers()
    await app.register(fastifyFormbody, { parser: parseForm, bodyLimit: FORM_MAX_BYTES })
    app.addHook('preValidation', async (request) => {
      if (request.routeOptions.schema?.body) request.body ??= {}
    })
    app.addHook('preHandler', async (request) => {
      // A signed form was checked before signing; the action checks what may have changed since.
      const problems = request.submission ? [] : await request.routeOptions.config.rules?.(request)
      if (problems?.length) throw new InvalidForm(problems)
    })
  },
  { name: 'forms' },
)

/** Whatever was sent, unchecked. */
export function fieldsOf({ body }: FastifyRequest): Fields {
  return (body ?? {}) as Fields
}

/** The body, typed by the route's schema. */
export function answersOf<Schema extends TSchema>(request: FastifyRequest, form: Schema): Static<Schema> {
  if (request.routeOptions.schema?.body !== form) throw new Error(`${request.url} checks another form`)
  return request.body as Static<Schema>
}

export function formOf(values: unknown = {}, errors: FieldProblem[] = []): Form {
  const typed = new Map(Object.entries(withoutPasswords(values)))
  return {
    errors,
    value: (field) => {
      const value = typed.get(field)
      return typeof value === 'string' ? value : ''
    },
    error: (field) => errors.find((error) => error.field === field),
  }
}

export function withoutPasswords(values: unknown): Fields {
  return Object.fromEntries(Object.entries(values ?? {}).filter(([field]) => !isPassword(field)))
}

/** Messages are beside each rule in the schema. */
export function schemaProblems(validation: FastifySchemaValidationError[], checks: Checks): FieldProblem[] {
  return validation.map((problem) => schemaProblem(problem as unknown as ValidationProblem, checks))
}

/** One message per field, in the form's order. */
export function inOrder(problems: FieldProblem[], schema: unknown): FieldProblem[] {
  const order = Object.keys((schema as { properties?: object } | undefined)?.properties ?? {})
  const byField = new Map<string, FieldProblem>()
  for (const problem of problems) if (!byField.has(problem.field)) byField.set(problem.field, problem)
  return [...byField.values()].sort((a, b) => order.indexOf(a.field) - order.indexOf(b.field))
}

interface ValidationProblem {
  keyword: string
  instancePath: string
  params: { missingProperty?: string; additionalProperty?: string; format?: string }
  data: unknown
  parentSchema: FieldRules & { properties?: Record<string, FieldRules> }
}

interface FieldRules {
  message?: string | Record<string, string>
}

function schemaProblem(
  { keyword, instancePath, params, data, parentSchema }: ValidationProblem,
  checks: Checks,
): FieldProblem {
  if (keyword === 'additionalProperties') {
    return {
      field: 'form',
      message: words.forms.unknownField(params.additionalProperty?.slice(0, 40) ?? ''),
    }
  }
  if (keyword === 'required') {
    const field = params.missingProperty ?? 'form'
    return { field, message: messageFor('minLength', parentSchema.properties?.[field]) }
  }
  const field = instancePath.split('/')[1] || 'form'
  const said = params.format && checks[params.format]?.(String(data))
  if (said) return { field, message: said }
  return { field, message: keyword === 'type' ? words.forms.oneAnswer : messageFor(keyword, parentSchema) }
}

function messageFor(keyword: string, rules: FieldRules = {}): string {
  const { message = words.forms.checkAnswer } = rules
  return typeof message === 'string' ? message : (message[keyword] ?? Object.values(message)[0] ?? '')
}

class MalformedForm extends Error {
  readonly statusCode = 400
}

function parseForm(body: string): Fields {
  try {
    decodeURIComponent(body.replaceAll('+', ' '))
  } catch {
    throw new MalformedForm('broken percent-encoding')
  }
  const fields = Object.entries(parse(body))
  return Object.fromEntries(fields.map(([field, value]) => [field, tidy(field, value)]))
}

function tidy(field: string, value: unknown): unknown {
  return typeof value === 'string' && !isPassword(field) ? tidyText(value) : value
}
