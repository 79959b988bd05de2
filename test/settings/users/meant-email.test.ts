import { DEMO_PASSWORD } from '../../../src/demo/team.ts'
import { askToAdd, verify } from '../../support/add-user.ts'
import { testClinic } from '../../support/app.ts'
import { askToStart, draftOf, HEAD } from '../../support/imports.ts'
import { signedIn } from '../../support/press.ts'
import t from '../../support/tap.ts'
import { hidden } from '../../support/visitor.ts'

const clinic = await testClinic(t)
const { db, team } = clinic
const adam = await signedIn(clinic, team.administrator)
const QUESTION = 'Did you mean nora@gmail.com?'

const emailOf = async (firstName: string) =>
  (await db.selectFrom('users').select('email').where('firstName', '=', firstName).execute()).map(
    ({ email }) => email,
  )

t.test(
  'the last look of Add user asks about a slip, and one press takes the other address over',
  async (t) => {
    const look = await askToAdd(adam, { personEmail: 'nora@gmial.com' })
    t.match(look, { status: 200, text: QUESTION })
    t.ok(look.html.indexOf('name="meant"') < look.html.indexOf('name="currentPassword"'))
    t.match(
      look.html,
      /name="meant"[^<]*<\/button><\/form>/,
      'a form of its own: Enter goes on with what was typed',
    )
    const second = await adam.post('/settings/users', {
      signedForm: hidden(look, 'signedForm'),
      meant: 'nora@gmail.com',
    })
    t.match(second, { status: 200, text: 'Verify your password' })
    t.match(second.text, 'nora@gmail.com')
    t.notMatch(second.text, 'Did you mean')
    t.match(second.text, 'Australia/Perth', 'nothing else that was typed is lost')
    t.same(await emailOf('Nora'), [])
    t.equal((await verify(adam, second)).status, 303)
    t.same(await emailOf('Nora'), ['nora@gmail.com'])
  },
)

t.test('whoever means what they typed goes on with it', async (t) => {
  const look = await askToAdd(adam, { firstName: 'Gemma', personEmail: 'gemma@gmial.com' })
  const wrong = await verify(adam, look, 'not it')
  t.match(wrong, { status: 422, text: 'Did you mean gemma@gmail.com?' })
  t.equal((await verify(adam, wrong)).status, 303)
  t.same(await emailOf('Gemma'), ['gemma@gmial.com'])
})

t.test('an address that is taken over is checked like one that was typed', async (t) => {
  const look = await askToAdd(adam, { personEmail: 'nora@gmial.com' })
  const press = (meant: string) =>
    adam.post('/settings/users', { signedForm: hidden(look, 'signedForm'), meant })
  const taken = await press('nora@gmail.com')
  t.match(taken, { status: 422, text: 'Nora Lindgren already has this email address' })
  t.match(taken.html, 'value="nora@gmail.com"')
  t.match(await press('no address'), { status: 422, text: 'Enter an email address in the correct format' })
  const together = await adam.post('/settings/users', {
    signedForm: hidden(look, 'signedForm'),
    meant: 'third@gmail.com',
    currentPassword: DEMO_PASSWORD,
  })
  t.match(together, { status: 200, text: 'Verify your password' }, 'never done without its own last look')
})

t.test('a change and a correction of an address, and one’s own, ask the same question', async (t) => {
  const paths = [
    `/settings/users/${team.receptionist.id}/address`,
    `/settings/users/${team.invited.id}/address`,
    '/my-details/email',
  ]
  for (const path of paths) {
    const look = await adam.post(path, { personEmail: 'someone@hotmial.com' })
    t.match(look, { status: 200, text: 'Did you mean someone@hotmail.com?' }, path)
    const second = await adam.post(path, {
      signedForm: hidden(look, 'signedForm'),
      meant: 'someone@hotmail.com',
    })
    t.match(second.text, 'New email someone@hotmail.com', path)
    t.notMatch(second.text, 'Did you mean', path)
  }
})

t.test(
  'the review of a list marks a slip as worth a look, keeps nobody back, and mends it by one press',
  async (t) => {
    const rows = ['Ada\tLove\tada@gmial.com\tScheduler\tNo', 'Bea\tLove\tbea@gmail.com\tScheduler\tNo']
    const path = await draftOf(adam, [HEAD, ...rows].join('\n'))
    const page = await adam.get(path)
    t.match(page.text, '2 people ready, 1 worth a second look')
    t.match(page.text, 'Did you mean ada@gmail.com?')
    t.match((await askToStart(adam, path)).text, 'Verify your password')
    t.equal((await adam.post(path, { meant: '3' })).status, 303, 'a row without a question stays as it is')
    t.equal((await adam.post(path, { meant: '2' })).status, 303)
    const mended = await adam.get(path)
    t.match(mended.text, 'ada@gmail.com')
    t.notMatch(mended.text, 'Did you mean')
    t.match(mended.text, 'bea@gmail.com')
  },
)
