import { Type } from 'typebox'
import { readNetwork, shownNetwork } from '../../clinics/network.ts'
import type { Role } from '../../database/schema.ts'
import { type FieldProblem, inWords, problem } from '../../refusal.ts'
import { ROLE_NAMES } from '../../roles/roles.ts'
import { FormVersion, ShortText } from '../../users/fields.ts'
import { type NetworkRule, versionOf } from './network-rule.ts'

/** A field's value, whatever was sent. */
type Read = (field: string) => unknown

const NETWORKS_MAX = 50
const EMPTY_ROWS = 3
const ROWS = Array.from({ length: NETWORKS_MAX }, (_, index) => index + 1)

const networkField = (row: number) => `network${row}`
const labelField = (row: number) => `networkLabel${row}`
const limitField = (role: Role) => `limitedRole${ROLE_NAMES.indexOf(role) + 1}`

/** Each row's network and label, and a box for each role; the functions below read them. */
export const NetworkForm = Type.Object(
  {
    version: FormVersion,
    ...(Object.fromEntries([
      ...ROWS.flatMap((row) => [
        [networkField(row), Type.Optional(ShortText(60))],
        [labelField(row), Type.Optional(ShortText(60))],
      ]),
      ...ROLE_NAMES.map((role) => [limitField(role), Type.Optional(Type.Literal('yes'))]),
    ]) as Record<never, never>),
  },
  { additionalProperties: false },
)

export function networkProblems(answer: Read): FieldProblem[] {
  const rows = new Map<string, number>()
  const problems = ROWS.flatMap((row) => {
    const [typed, label] = [textOf(answer, networkField(row)), textOf(answer, labelField(row))]
    if (!typed) return label ? [problem(networkField(row), 'networkMissing')] : []
    const read = readNetwork(typed, networkField(row))
    if (typeof read !== 'string') return [read]
    const other = rows.get(read)
    if (other) return [problem(networkField(row), 'networkTwice', { row: other })]
    rows.set(read, row)
    return label ? [] : [problem(labelField(row), 'networkLabelMissing')]
  })
  const isOpen = rows.size === 0 && problems.length === 0 && limitedIn(answer).length > 0
  return [...problems, ...(isOpen ? [problem(networkField(1), 'networksMissing')] : [])].map(inWords)
}

/** The rule of a valid form, without empty rows. */
export function ruleFrom(answer: Read): NetworkRule {
  const networks = ROWS.flatMap((row) => {
    const network = readNetwork(textOf(answer, networkField(row)), networkField(row))
    return typeof network === 'string' ? [{ network, label: textOf(answer, labelField(row)) }] : []
  })
  return { networks, limitedRoles: limitedIn(answer) }
}

export function networkAnswers(rule: NetworkRule): Record<string, string> {
  const networks = rule.networks.flatMap(({ network, label }, index) => [
    [networkField(index + 1), shownNetwork(network)],
    [labelField(index + 1), label],
  ])
  const roles = rule.limitedRoles.map((role) => [limitField(role), 'yes'])
  return { ...Object.fromEntries([...networks, ...roles]), version: versionOf(rule) }
}

/** What was typed or saved, and some empty rows. */
export function networkRows(answer: Read) {
  const filled = ROWS.filter((row) => textOf(answer, networkField(row)) || textOf(answer, labelField(row)))
  return ROWS.slice(0, Math.max(0, ...filled) + EMPTY_ROWS).map((row) => ({
    ...{ row, network: networkField(row), label: labelField(row) },
  }))
}

export const ROLE_FIELDS: readonly { role: Role; field: string }[] = ROLE_NAMES.map((role) => ({
  ...{ role, field: limitField(role) },
}))

function limitedIn(answer: Read): Role[] {
  return ROLE_NAMES.filter((role) => answer(limitField(role)) === 'yes')
}

function textOf(answer: Read, field: string): string {
  const text = answer(field)
  return typeof text === 'string' ? text : ''
}
