import { isDeepStrictEqual } from 'node:util'
import { sql } from 'kysely'
import { DEMO_PASSWORD, MEMBER_NAMES, type Team } from '../../src/demo/team.ts'
import { type TestClinic, testClinic } from '../support/app.ts'
import { MANY } from '../support/bare-host.ts'
import { ownerOf } from '../support/database.ts'
import { fillClinic, rowsOfClinic } from '../support/full-clinic.ts'
import { signedIn } from '../support/press.ts'
import { HARBOUR, HILLTOP, secondClinic } from '../support/second-clinic.ts'
import t, { type Test } from '../support/tap.ts'
import { hidden, Visitor } from '../support/visitor.ts'
import { NO_ID } from './named-rows.ts'
import { ask, type Question, questionsOf, shown } from './questions.ts'

t.test('whoever works at one clinic asks for what another one has as for what never was', async (t) => {
  const { clinic, others } = await twoFullClinics(t)
  const questions = await questionsOf(clinic, others)
  const before = await rowsOfClinic(clinic.db, others.owner.clinicId)
  for (const [table, [rows]] of Object.entries(before)) t.ok(rows > 0, `the other clinic has ${table}`)
  for (const member of ['guest' as const, ...MEMBER_NAMES]) {
    const visitor = member === 'guest' ? null : await signedIn(clinic, clinic.team[member], HARBOUR)
    for (const question of questions) {
      const [theirs, never] = await bothAnswers(question, () => visitor ?? new Visitor(clinic.app, HARBOUR))
      // t.same is slow to say that two long pages are the same.
      if (!isDeepStrictEqual(theirs, never)) t.same(theirs, never, `${member}: ${spoken(question)}`)
    }
    t.same(
      await rowsOfClinic(clinic.db, others.owner.clinicId),
      before,
      `${member}: ${questions.length} questions`,
    )
  }
})

t.test('every one of those questions finds what is of one’s own clinic', async (t) => {
  const { clinic, others } = await twoFullClinics(t)
  const adam = await signedIn(clinic, clinic.team.administrator, HARBOUR)
  const questions = await questionsOf(clinic, others)
  // An import has no results before it is started.
  const pages = questions.filter(
    ({ route: { method, pattern } }) => method === 'GET' && /:id(?!.*csv)/.test(pattern),
  )
  for (const page of pages) t.match((await ask(adam, page)).status, /200|303/, spoken(page))
  t.ok(pages.length > 5)
})

t.test('a form that was signed for a colleague does nothing to anyone of another clinic', async (t) => {
  const { clinic, others } = await twoFullClinics(t)
  const before = await rowsOfClinic(clinic.db, others.owner.clinicId)
  const olivia = await signedIn(clinic, clinic.team.owner, HARBOUR)
  let forms = 0
  for (const question of await questionsOf(clinic, others)) {
    const { params, method } = question.route
    if (method !== 'POST' || !params.includes(question.field)) continue
    const lastLook = await ask(olivia, question)
    if (!lastLook.html.includes('name="signedForm"')) continue
    forms += 1
    const signed = { signedForm: hidden(lastLook, 'signedForm'), currentPassword: DEMO_PASSWORD }
    const body = [...question.route.body, ...Object.keys(signed)]
    const sent = { ...question, route: { ...question.route, body }, values: { ...signed } }
    const [theirs, never] = await bothAnswers(sent, () => olivia)
    t.same(theirs, never, spoken(question))
  }
  t.ok(forms > 5, `${forms} forms`)
  t.same(await rowsOfClinic(clinic.db, others.owner.clinicId), before)
})

/** At the one that isn't of `team`, no id stands on a page for another reason. */
async function twoFullClinics(t: Test): Promise<{ clinic: TestClinic; others: Team }> {
  const clinic = await testClinic(t, MANY)
  await fillClinic(clinic.db, clinic.team)
  const owner = ownerOf(t, clinic)
  await sql`
    select setval(oid, ${NO_ID}) from pg_class
    where relkind = 'S' and relnamespace = 'public'::regnamespace`.execute(owner)
  const others = await secondClinic(clinic)
  await fillClinic(clinic.db, others)
  await signedIn(clinic, clinic.team.owner, HARBOUR)
  await signedIn(clinic, others.owner, HILLTOP)
  return { clinic, others }
}

/** For theirs and for what never was: the answer, and the page that it leads to. */
async function bothAnswers(question: Question, visitor: () => Visitor) {
  const answers = []
  for (const value of [question.name.theirs, question.name.never]) {
    const who = visitor()
    const visit = await ask(who, question, value)
    answers.push([visit, await who.follow(visit)].map((each) => shown(each, question, value)))
  }
  return answers
}

const spoken = ({ route, field }: Question) => `${route.method} ${route.pattern} by ${field}`
