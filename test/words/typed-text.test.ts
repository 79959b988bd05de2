import { emailProblem } from '../../src/users/email-rules.ts'
import { tidyText, unseenProblem } from '../../src/words/typed-text.ts'
import { NEW_USER, verify } from '../support/add-user.ts'
import { testClinic } from '../support/app.ts'
import { draftOf, HEAD } from '../support/imports.ts'
import { signedIn } from '../support/press.ts'
import t from '../support/tap.ts'

const STRAY = [
  '\u202a',
  '\u202d',
  '\u202c',
  '\u200e',
  '\u200f',
  '\u200b',
  '\u00ad',
  '\ufeff',
  '\u2066',
  '\u2069',
  '\u2060',
]

t.test('invisible characters around a text and beside digits come off, and nothing else does', async (t) => {
  for (const mark of STRAY) {
    const code = mark.charCodeAt(0).toString(16)
    t.equal(tidyText(`${mark}Nora ${mark} `), 'Nora', code)
    t.equal(tidyText(` ${mark}0491${mark} 570${mark}156${mark}`), '0491 570156', code)
    t.equal(tidyText(`${mark}+61${mark} (${mark}0)491`), '+61 (0)491', code)
    t.equal(tidyText(`No${mark}ra`), `No${mark}ra`, 'inside a word it stays, to be told')
  }
  for (const name of ['حسین\u200cزاده', 'ശ്രീ\u200d', 'Anna Maria', '王小明']) t.equal(tidyText(name), name)
})

t.test('what shapes a letter or an emoji stays behind it, and is stray anywhere else', async (t) => {
  for (const text of ['葛\u{e0100}城', '葛\u{e0100}', 'ᠰ\u180b', '👨\u200d⚕\ufe0f', 'קפה\u0301']) {
    t.equal(tidyText(text), text)
    t.equal(unseenProblem(text), null)
  }
  for (const mark of [
    '\u200c',
    '\u200d',
    '\ufe0f',
    '\u034f',
    '\u{e0100}',
    '\u17b4',
    '\u2064',
    '\u3164',
    '\ufff0',
  ]) {
    const code = (mark.codePointAt(0) ?? 0).toString(16)
    t.equal(tidyText(`${mark}Nora${mark}${mark}`), 'Nora', code)
    t.equal(tidyText(`0491${mark}570${mark} 156`), '0491570 156', code)
    t.match(unseenProblem(`No${mark}ra`), /Remove the invisible character after “No”/, code)
    t.match(emailProblem(`nora.${mark}quill@harbour.example`), /invisible character after “nora.”/, code)
  }
})

t.test('what is left inside a word is named, with its place', async (t) => {
  t.equal(
    unseenProblem('No\u200bra'),
    'Remove the invisible character after “No” (zero-width space, U+200B).',
  )
  t.equal(unseenProblem('No\u00adra'), 'Remove the invisible character after “No” (soft hyphen, U+00AD).')
  t.equal(
    unseenProblem('\u202eNora'),
    'Remove the invisible character at the beginning (text direction mark, U+202E).',
  )
  t.equal(unseenProblem('Nora\nQuill'), 'Remove the line break after “Nora”.')
  t.equal(unseenProblem('Nora Quill'), null)
})

t.test(
  'an administrator pastes names, addresses and numbers from a phone’s contacts into Add user',
  async (t) => {
    const clinic = await testClinic(t)
    const adam = await signedIn(clinic, clinic.team.administrator)
    const pasted = {
      ...{ title: '\u200eDr\u200f', firstName: '\u202aNora\u202c', lastName: 'Lindgren\ufeff' },
      ...{
        personEmail: '\u200bnora@harbour.example\u00ad',
        mobileNumber: '\u202d0491\u200e 570\u200b 156\u202c',
      },
      ...{ profession: '\u2068Osteopath\u2069', isPractitioner: 'yes' },
    }
    const page = await adam.post('/settings/users', { ...NEW_USER, ...pasted })
    t.equal(page.status, 200, page.text.slice(0, 400))
    const added = await verify(adam, page)
    t.equal(added.status, 303)
    const user = clinic.db.selectFrom('users').selectAll().where('email', '=', 'nora@harbour.example')
    const expected = { title: 'Dr', firstName: 'Nora', lastName: 'Lindgren', profession: 'Osteopath' }
    t.match(await user.executeTakeFirst(), expected)
    const phones = clinic.db.selectFrom('phoneNumbers').select('number')
    t.same(await phones.execute(), [{ number: '+61491570156' }])

    for (const [field, value, message] of [
      ['title', 'D\u200br', /Remove the invisible character after “D” \(zero-width space, U\+200B\)/],
      ['profession', 'Osteo\u00adpath', /soft hyphen, U\+00AD/],
      ['personEmail', 'no\u200bra@harbour.example', /Remove the invisible character after “no”/],
      ['lastName', 'Lind\u202agren', /text direction mark, U\+202A/],
    ] as const) {
      const refused = await adam.post('/settings/users', { ...NEW_USER, [field]: value })
      t.equal(refused.status, 422)
      t.match(refused.html, new RegExp(`id="${field}-error">.*${message.source}`), field)
    }
  },
)

t.test('the same holds at sign-in, in a search and in an import', async (t) => {
  const clinic = await testClinic(t)
  const { team } = clinic
  const adam = await signedIn(clinic, {
    ...team.administrator,
    email: `\u202a${team.administrator.email}\u202c`,
  })
  t.match(
    (await adam.get(`/settings/users?search=${encodeURIComponent('\u202aRosa\u202c')}`)).text,
    /Rosa Delgado/,
  )
  const row = '\u202aNora\u202c\tQuill\ufeff\t\u200bnora@far.example\tReceptionist\u200e\tNo\u200f'
  const path = await draftOf(adam, `\ufeff${HEAD}\n${row}`)
  t.match((await adam.get(path)).text, /1 person ready/)
})
