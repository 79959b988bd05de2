import type { Team } from '../../src/demo/team.ts'
import type { TestClinic } from '../support/app.ts'
import type { Fields, Visit, Visitor } from '../support/visitor.ts'
import { plainFields, type Route, routesOf } from './fields-of-routes.ts'
import { type Name, namesOf } from './named-rows.ts'

export interface Question {
  route: Route
  /** A parameter, or a field of the query or the form. */
  field: string
  name: Name
  /** Of everything else; whoever is named there is of the asker's own clinic. */
  values: Fields
}

/** Fields that a form cannot do without. */
const NEEDED = ['email', 'personEmail', 'passkey', 'page', 'pasted', 'network1']

/** Each parameter and each field of each route, with whatever of the other clinic's it can name. */
export async function questionsOf(clinic: TestClinic, others: Team): Promise<Question[]> {
  const [ours, theirs] = [await namesOf(clinic, clinic.team), await namesOf(clinic, others)]
  return (await routesOf(clinic)).flatMap((route) => {
    const fields = [...route.params, ...route.query, ...route.body]
    const naming = fields.filter((field) => theirs(route, field) !== null)
    const own = (field: string): [string, string][] => {
      const [name] = ours(route, field) ?? []
      if (name && route.params.includes(field)) return [[field, sent(name, name.theirs)]]
      return name && NEEDED.includes(field) ? [[field, sent(name, name.never)]] : []
    }
    const plain = plainFields(fields.filter((field) => !naming.includes(field)))
    const values = { ...plain, ...Object.fromEntries(naming.flatMap(own)) }
    return naming.flatMap((field) =>
      (theirs(route, field) ?? []).map((name) => ({ route, field, name, values })),
    )
  })
}

const sent = ({ sent }: Name, value: string) => sent?.(value) ?? value

/** @param value the name that is asked for; without one, of the asker's own clinic */
export function ask(
  visitor: Visitor,
  { route, field, name, values }: Question,
  value?: string,
): Promise<Visit> {
  const { pattern, method, query, body } = route
  const fields = value === undefined ? values : { ...values, [field]: sent(name, value) }
  const path = pattern.replace(/:(\w+)/g, (_, name) => encodeURIComponent(fields[name] ?? ''))
  const search = new URLSearchParams(only(query, fields)).toString()
  const url = search ? `${path}?${search}` : path
  return method === 'GET' ? visitor.get(url) : visitor.post(url, only(body, fields))
}

function only(names: string[], fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => names.includes(name)))
}

/** But for the name that was asked for, and for what differs each time. */
export function shown({ status, location, headers, html }: Visit, { name }: Question, value: string) {
  const spelled = [sent(name, value), value].flatMap((text) => [
    text,
    encodeURIComponent(text),
    twice(text),
    inJson(text),
  ])
  const without = (text: string) =>
    spelled
      .reduce((rest, each) => rest.replaceAll(each, 'NAMED'), text)
      .replace(/(?<=\/imports\/)7\d{8}/g, 'NEW')
  const page = html.replace(/\b(eyJ[\w-]+)\.[\w-]{43}\b/g, (_, signed) => withoutNonce(signed))
  const cookies = [headers['set-cookie'] ?? []].flat().map((cookie) => String(cookie).split('=')[0])
  return { status, location: location && without(location), page: without(page), cookies }
}

const twice = (value: string) => encodeURIComponent(encodeURIComponent(value))
const inJson = (value: string) => JSON.stringify(value).slice(1, -1)

function withoutNonce(signed: string): string {
  const { id: _, signedAt: __, ...form } = JSON.parse(Buffer.from(signed, 'base64url').toString())
  return JSON.stringify(form)
}
