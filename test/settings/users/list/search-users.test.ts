import type { Database } from '../../../../src/database/database.ts'
import { countUsers } from '../../../../src/settings/users/list/count-users.ts'
import { listUsers } from '../../../../src/settings/users/list/list-users.ts'
import { searchTerms } from '../../../../src/settings/users/list/search-users.ts'
import type { UserFilter } from '../../../../src/settings/users/list/user-filter.ts'
import { sortName } from '../../../../src/users/names.ts'
import { testClinic } from '../../../support/app.ts'
import { secondClinic } from '../../../support/second-clinic.ts'
import t from '../../../support/tap.ts'
import { Visitor } from '../../../support/visitor.ts'

interface Person {
  firstName: string
  lastName: string
  email?: string
  phones?: string[]
}

const { app, db, team, passwords } = await testClinic(t)
const clinic = { clinicId: team.owner.clinicId, country: 'AU' }

async function add({ firstName, lastName, email, phones = [] }: Person): Promise<string> {
  const { clinicId } = clinic
  const { id } = await db
    .insertInto('users')
    .values({
      ...{ clinicId, firstName, lastName, sortName: sortName(firstName, lastName) },
      email: email ?? `person${Math.random().toString(36).slice(2)}@elsewhere.test`,
      ...{ timeZone: 'UTC', role: 'scheduler', isPractitioner: false },
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  for (const number of phones)
    await db.insertInto('phoneNumbers').values({ clinicId, userId: id, type: 'mobile', number }).execute()
  return id
}

async function found(search: string, filter: UserFilter = {}, from: Database = db): Promise<string[]> {
  const { users } = await listUsers(from, clinic, { filter: { search, ...filter } })
  const counts = await countUsers(from, clinic, { search, ...filter })
  t.equal(counts.found, users.length, `the count of “${search}” is true`)
  return users.map((user) => user.lastName)
}

await add({ firstName: 'Zoë', lastName: 'Müller-Lüdenscheid', email: 'z.mueller@praxis.example' })
await add({ firstName: 'Björn', lastName: 'Łukasik', phones: ['+61491570156', '+61355501234'] })
await add({ firstName: 'Magdalena', lastName: 'van der Berg', email: '50%_off\\now@example.com' })
await add({ firstName: 'Борис', lastName: 'Йовков' })
await add({ firstName: '小龙', lastName: '李', phones: ['+79123456789'] })
await add({ firstName: 'Nora', lastName: 'Quill', email: 'nora@harbour.example' })
await add({ firstName: 'Tilda', lastName: 'Quint', email: 'tilda@harbour.example' })
await add({ firstName: '小明', lastName: '王' })
await add({ firstName: '민수', lastName: '김' })
await add({ firstName: 'シルバ', lastName: 'マリア' })
await add({ firstName: 'D‘Arcy', lastName: 'Underhill' })

t.test(
  'a receptionist finds people by parts of their names, in any order, with or without accents',
  async (t) => {
    for (const search of [
      'zoe muller',
      'MÜLLER zoë',
      'ludenscheid',
      'müller-lü',
      'muller ludenscheid',
      'uller z',
      ' zo\u0308 ',
    ])
      t.same(await found(search.replace('zo\u0308', 'zoe\u0308')), ['Müller-Lüdenscheid'], search)
    for (const search of ['lukas', 'Łukasik', 'bjorn', 'BJÖRN Ł'])
      t.same(await found(search), ['Łukasik'], search)
    for (const search of ['lena', 'der berg', 'berg van', 'va ma'])
      t.same(await found(search), ['van der Berg'], search)
    for (const search of ["O'Connor", 'oconnor', 'O’Con', 'beth o'])
      t.same(await found(search), ['O’Connor'], search)
    t.same(await found('борис'), ['Йовков'])
    t.same(await found('李'), ['李'])
  },
)

t.test('a receptionist pastes what another program gave them, and finds whom it names', async (t) => {
  for (const search of [
    ...[
      'Quill, Nora',
      '"Nora Quill"',
      '“Nora Quill”',
      "'Nora Quill'",
      'Nora Quill;',
      'Nora Quill.',
      '(Nora Quill)',
    ],
    ...[
      'Nora\u00a0Quill',
      'Nora\u200b Quill\u200e',
      '\ufeffQuill',
      'Ms Nora Quill',
      'Quill, Ms. Nora',
      '• Nora Quill',
    ],
    ...[
      'Nora Quill <nora@harbour.example>',
      'mailto:nora@harbour.example',
      '<nora@harbour.example>,',
      '[Nora Quill]',
    ],
    ...['Quill,Nora', 'Nora Quill:', 'Nora  -  Quill', 'QUILL Nora'],
  ])
    t.same(await found(search), ['Quill'], search)
  for (const search of [
    'Dr Quint',
    'Prof. Dr. Quint',
    'Tilda Quint <tilda@harbour.example>',
    'tilda@harbour.example;',
  ])
    t.same(await found(search), ['Quint'], search)
  for (const search of [
    'tel:+61491570156',
    '0491 570 156,',
    '<0491 570 156>',
    '\u202a0491 570 156\u202c',
    '0491–570–156',
  ])
    t.same(await found(search), ['Łukasik'], search)
})

t.test('a receptionist finds people by what address books write beside a name', async (t) => {
  for (const search of [
    ...['Quill, Nora (Physio)', 'Nora Quill (She/Her)', 'Nora Quill | Harbour Street', 'Nora Quill · 2nd'],
    ...[
      'Nora Quill – Physiotherapist',
      'Nora Quill (Physio) <nora@harbour.example>',
      '[External] Nora Quill',
    ],
    ...['mailto:nora@harbour.example?subject=Hello', 'N. Quill', 'Quill, N.', 'QUILL, NORA', 'Quill Nora Ms'],
  ])
    t.same(await found(search), ['Quill'], search)
  for (const search of [
    ...['Mobile: 0491 570 156', 'M: +61 (0) 491 570 156', '0491 570 156 (mobile)', 'Tel. 0491 570 156'],
    ...[
      '(03) 5550 1234 ext. 12',
      '(03) 5550 1234 x12',
      'Björn Łukasik, Ph. 0491 570 156',
      'bjorn | 0491 570 156',
    ],
  ])
    t.same(await found(search), ['Łukasik'], search)
})

t.test('every apostrophe, dash and dot between names is the same to whoever searches', async (t) => {
  for (const mark of "'’‘ʼ`´′＇ʻ‛") {
    t.same(await found(`O${mark}Connor`), ['O’Connor'], mark)
    t.same(await found(`D${mark}Arcy`), ['Underhill'], mark)
  }
  for (const mark of '-‐‑–—−－') t.same(await found(`Müller${mark}Lüdenscheid`), ['Müller-Lüdenscheid'], mark)
  for (const search of ['マリア・シルバ', 'シルバ・マリア', 'シルバ･マリア', 'マリア　シルバ'])
    t.same(await found(search), ['マリア'], search)
})

t.test('a title alone is looked for as typed, and punctuation alone finds nobody', async (t) => {
  t.same(await found('Dr'), [])
  for (const search of [';', '""', '<>', '. ,']) t.same(await found(search), [], search)
})

t.test('names of scripts without spaces are found written together or apart, in either order', async (t) => {
  for (const search of ['王小明', '王 小明', '小明 王', '小明王', '王小', '小明'])
    t.same(await found(search), ['王'], search)
  for (const search of ['김민수', '김 민수', '민수 김']) t.same(await found(search), ['김'], search)
  t.same(await found('李小龙'), ['李'])
  t.same(await found('王小龙'), [])
})

t.test('one or two letters are the start of a word', async (t) => {
  t.same(await found('lu'), ['Łukasik', 'Müller-Lüdenscheid'])
  t.same(await found('uk'), [])
})

t.test('a receptionist finds people by email address', async (t) => {
  t.same(await found('z.mueller@praxis.example'), ['Müller-Lüdenscheid'])
  t.same(await found('Z.MUELLER'), ['Müller-Lüdenscheid'])
  t.same(await found('praxis.ex muller'), ['Müller-Lüdenscheid'])
  t.same(await found('rosa@harbour-street'), ['Delgado'])
})

t.test('a receptionist finds people by phone number, however it is written', async (t) => {
  for (const search of [
    '0491 570 156',
    '0491570156',
    '+61 491 570 156',
    '+61 (0)491 570 156',
    '0011 61 491 570 156',
    '491-570',
    '570156',
    '(03) 5550 1234',
    'bjorn 0491 570 156',
    '0491 570 156 bjorn',
  ])
    t.same(await found(search), ['Łukasik'], search)
  t.same(await found('0491 570 157'), [])
  t.same(await found('156 355'), [], 'the end of one number and the start of the next are none')
  t.same(searchTerms('8 (912) 345-67-89', 'RU'), [['9123456789']], 'prefixes are those of the country')
})

t.test('a number that is corrected or taken away is found no longer', async (t) => {
  const id = await add({ firstName: 'Ann', lastName: 'Corrected', phones: ['+61491570110'] })
  t.same(await found('0491 570 110'), ['Corrected'])
  await db.updateTable('phoneNumbers').set({ number: '+61491570313' }).where('userId', '=', id).execute()
  t.same([await found('0491 570 110'), await found('0491 570 313')], [[], ['Corrected']])
  await db.deleteFrom('phoneNumbers').where('userId', '=', id).execute()
  t.same(await found('0491 570 313'), [])
})

t.test('of two numbers added at the same moment both are found', async (t) => {
  const { clinicId } = clinic
  const userId = await add({ firstName: 'Ann', lastName: 'Twice' })
  for (let round = 0; round < 20; round++) {
    const numbers = [`+6149157${1000 + round}`, `+6149158${1000 + round}`]
    await Promise.all(
      numbers.map((number) =>
        db.transaction().execute(async (trx) => {
          await trx.selectFrom('users').select('id').where('id', '=', userId).execute()
          await trx.insertInto('phoneNumbers').values({ clinicId, userId, type: 'work', number }).execute()
        }),
      ),
    )
    for (const number of numbers) t.same(await found(number), ['Twice'], number)
  }
})

t.test('signs that mean something to the database mean themselves', async (t) => {
  for (const search of ['50%_off', '50%', '%_off', 'off\\now'])
    t.same(await found(search), ['van der Berg'], search)
  for (const search of ['%', '_', '%%%', '___', '\\', 'off_now', 'z%e', "'; drop table users; --", '\0\0'])
    t.notOk((await found(search)).includes('Müller-Lüdenscheid') && search !== '\0\0', search)
})

t.test('each filter narrows the list, alone and with the others', async (t) => {
  const named = 'harbour-street'
  t.same(await found(named, { status: 'invited' }), ['Petrov'])
  t.same(await found(named, { status: 'invitation expired' }), ['Walsh'])
  t.same(await found(named, { role: 'practitioner' }), ['Raman'])
  t.same(await found(named, { isPractitioner: true }), ['Hart', 'Raman'])
  t.same(await found(named, { role: 'administrator', isPractitioner: false, status: 'active' }), ['Okafor'])
  t.same(await found(named, { role: 'receptionist', status: 'active' }), ['Delgado'])
  t.same((await found(named, { status: 'active' })).length, 7)
  for (const filter of [
    {},
    { isPractitioner: true },
    { isPractitioner: false },
    { role: 'scheduler' as const },
  ]) {
    const { users } = await listUsers(db, clinic, { filter })
    t.equal((await countUsers(db, clinic, filter)).found, users.length)
  }
})

t.test('an administrator who finds nobody is told why and shown the way out', async (t) => {
  const adam = new Visitor(app)
  await adam.signIn(team.administrator)
  const nobody = await adam.get('/settings/users?search=dora&status=&role=&practitioner=')
  t.equal(nobody.status, 200)
  t.match(
    nobody.text,
    /No one matches “dora”\. Deactivated people aren’t included\. Search deactivated people/,
  )
  t.match(nobody.html, /<a href="\/settings\/users">Show everyone<\/a>/)
  const way =
    /href="([^"]+)">Search deactivated people/.exec(nobody.html)?.[1]?.replaceAll('&amp;', '&') ?? ''
  const dora = await adam.get(way)
  t.match(dora.text, /1 person found\..*Dora Quinn/)
  t.match(dora.html, /<option value="deactivated" selected>/)
  t.match(dora.html, /name="search" type="search" value="dora"/)
})

t.test('what was typed comes back as text, never as markup', async (t) => {
  const adam = new Visitor(app)
  await adam.signIn(team.administrator)
  const page = await adam.get(`/settings/users?search=${encodeURIComponent('"><b>x')}`)
  t.notMatch(page.html, '"><b>x')
  t.match(page.text, 'No one matches “"><b>x”')
})

t.test('an address that no link of ours has answers plainly', async (t) => {
  const adam = new Visitor(app)
  await adam.signIn(team.administrator)
  for (const query of [
    ...[
      'status=gone',
      'role=god',
      'practitioner=maybe',
      'sort=id;--',
      'search=a&search=b',
      'status=active&status=active',
    ],
    ...[
      'after=',
      'after=x',
      'after=1',
      `before=${'9'.repeat(30)}`,
      `search=${'a'.repeat(101)}`,
      'after=a&after=b',
    ],
    `after=${cursor('1 \0')}`,
    `after=${cursor('0 a')}`,
    `after=${cursor('9999999999999999999 a')}`,
    `sort=last-sign-in&after=${cursor('1 a')}`,
    `sort=last-sign-in&after=${cursor('1 99999999999999999')}`,
  ])
    t.equal((await adam.get(`/settings/users?${query}`)).status, 404, query)
  for (const query of [
    'search=%00',
    'search=%FF%FE',
    'search=%',
    'search[]=a',
    'search=',
    'utm=1',
    'sort=',
    '?',
    `after=${cursor('1 ')}`,
  ])
    t.equal((await adam.get(`/settings/users?${query}`)).status, 200, query)
})

t.test('who was deactivated is found only when asked for, and other clinics’ people never', async (t) => {
  t.same(await found('quinn'), [])
  t.same(await found('dora quinn', { status: 'deactivated' }), ['Quinn'])
  await secondClinic({ db, passwords })
  t.same(await found('hilltop'), [])
  t.same(await found('rosa'), ['Delgado'])
})

function cursor(text: string): string {
  return Buffer.from(text).toString('base64url')
}
