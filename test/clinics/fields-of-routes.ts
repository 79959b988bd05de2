import type { RouteOptions } from 'fastify'
import { buildApp } from '../../src/app.ts'
import { DEMO_PASSWORD } from '../../src/demo/team.ts'
import type { TestClinic } from '../support/app.ts'
import type { Fields } from '../support/visitor.ts'

export interface Route {
  method: string
  pattern: string
  params: string[]
  query: string[]
  body: string[]
}

/** As the app declares them, with the fields of their schemas. */
export async function routesOf({ config, db, passwords }: TestClinic): Promise<Route[]> {
  const routes: Route[] = []
  await buildApp({
    ...{ config, db, passwords, logger: false },
    onRoute({ method, url: pattern, schema }: RouteOptions) {
      if (typeof method !== 'string' || method === 'HEAD') return
      const params = [...pattern.matchAll(/:(\w+)/g)].map(([, name = '']) => name)
      routes.push({
        method,
        pattern,
        params,
        query: namesIn(schema?.querystring),
        body: namesIn(schema?.body),
      })
    },
  })
  return routes
}

function namesIn(schema: unknown): string[] {
  const { properties = {}, patternProperties = {} } = (schema ?? {}) as Record<string, object | undefined>
  return [...Object.keys(properties), ...Object.keys(patternProperties).map(anyLike)]
}

function anyLike(pattern: string): string {
  const field = ['row1-personEmail', 'column1'].find((name) => new RegExp(pattern).test(name))
  if (!field) throw new Error(`Which field does ${pattern} allow?`)
  return field
}

/** Fields that name no row, with a value where the form needs one. */
const PLAIN: [name: RegExp, value: string | null][] = [
  [
    /^(domain|kind|next|cookies|interrupted|remember|status|practitioner|sort|action|until|fileLost|still|row|skip)$/,
    null,
  ],
  [/^(title|pronouns|hasOneName|mobileNumber|profession|accessFrom|accessUntil|meant|twoStepFrom)$/, null],
  [/^(phone(Type|Number)|limitedRole|network(Label)?(?!1$))\d+$|^column1$/, null],
  [/^(firstName|lastName|clinicName|typedName|label|networkLabel1)$/, 'Kim'],
  [/^(password|currentPassword)$/, DEMO_PASSWORD],
  [/^timeZone$/, 'Australia/Melbourne'],
  [/^country$/, 'AU'],
  [/^idleMinutes$/, '30'],
  [/^role$/, 'receptionist'],
  [/^(isPractitioner|anywhere)$/, 'no'],
  [/^identifiedBy$/, 'phone'],
  [/^twoStep$/, 'nobody'],
  [/^rememberDays$/, '0'],
  [/^(code|recoveryCode)$/, '000000'],
  [/^version$/, 'x'.repeat(43)],
]

/** What a form needs beside what names a row. @throws where a field is known neither here nor in named-rows.ts */
export function plainFields(names: string[]): Fields {
  const values = names.map((name): [string, string | null] => {
    const [, value] = PLAIN.find(([pattern]) => pattern.test(name)) ?? []
    if (value === undefined) throw new Error(`Say whether ${name} names a row, here or in named-rows.ts`)
    return [name, value]
  })
  return Object.fromEntries(values.filter((entry): entry is [string, string] => entry[1] !== null))
}
