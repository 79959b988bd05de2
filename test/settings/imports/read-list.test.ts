import { COLUMN_NAMES, type Column, HEADINGS } from '../../../src/settings/imports/columns.ts'
import { readFileText } from '../../../src/settings/imports/file-text.ts'
import { readPhoneCell } from '../../../src/settings/imports/phone-cell.ts'
import { type ReadList, readUsers } from '../../../src/settings/imports/read-users.ts'
import { answersTold } from '../../../src/settings/imports/row-answers.ts'
import { readSpreadsheet, USERS_MAX } from '../../../src/settings/imports/spreadsheet.ts'
import { csvLine } from '../../../src/words/csv-line.ts'
import t from '../../support/tap.ts'

const ANNA = {
  firstName: 'Anna',
  lastName: 'Smith',
  personEmail: 'anna@a.example',
  mobileNumber: '0491 570 156',
  role: 'power receptionist',
  isPractitioner: 'no',
}

const read = async (text: string, defaults = {}): Promise<ReadList> =>
  readUsers(await readSpreadsheet(text, 'pasted'), defaults, 'pasted')

const FIRST_SIX = COLUMN_NAMES.slice(0, 6)

/** As somebody says afterwards which column is which. */
async function told(text: string, columns: Column[]) {
  const { rows, untoldColumns } = await read(text)
  t.ok(untoldColumns, 'nothing is guessed')
  return rows.map(({ number, answers }) => ({ number, answers: answersTold(answers, columns, {}) }))
}

const HEAD = ['First name', 'Last name', 'Email', 'Mobile number', 'Security role', 'Practitioner']
const CELLS = ['Anna', 'Smith', 'anna@a.example', '0491 570 156', 'Power receptionist', 'No']

for (const [words, delimiter] of [
  ['tabs', '\t'],
  ['commas', ','],
  ['semicolons', ';'],
] as const) {
  for (const end of ['\n', '\r\n', '\r']) {
    t.test(`a list with ${words} and ${JSON.stringify(end)} is read`, async (t) => {
      const row = CELLS.join(delimiter)
      t.same((await read([HEAD.join(delimiter), row].join(end))).rows, [{ number: 2, answers: ANNA }])
      t.same(
        (await read(`\uFEFF${HEAD.join(delimiter)}${end}${row}${end}`)).rows,
        [{ number: 2, answers: ANNA }],
        'with a mark',
      )
      t.same(
        await told(`sep=${delimiter}${end}${row}${end}`, FIRST_SIX),
        [{ number: 2, answers: ANNA }],
        'without headings',
      )
    })
  }
}

t.test('headings are known in any order, case and spelling, and what is not known is told', async (t) => {
  const list = await read(
    'E-MAIL *,Surname,Favourite colour,given name,Mail\nanna@a.example,Smith,red,Anna,b@a.example',
  )
  t.same(list.rows[0]?.answers, { firstName: 'Anna', lastName: 'Smith', personEmail: 'anna@a.example' })
  t.same(list.ignoredColumns, ['Favourite colour', 'Mail'])
})

t.test(
  'headings are found below titles and notes, and rows are counted as the spreadsheet does',
  async (t) => {
    for (const above of [
      'sep=;',
      'Our staff, as of May',
      'Our staff\n\nContact: hello@a.example\n',
      '"Staff; 2026"',
    ])
      for (const delimiter of [';', ',', '\t']) {
        if (above === 'sep=;' && delimiter !== ';') continue
        const text = [
          above,
          ['Last name', 'First name', 'Email'].join(delimiter),
          ['Smith', 'Anna', 'anna@a.example'].join(delimiter),
        ]
        const list = await read(text.join('\n'))
        t.equal(list.untoldColumns, null)
        t.same(
          list.rows,
          [
            {
              number: text.join('\n').split('\n').length,
              answers: { firstName: 'Anna', lastName: 'Smith', personEmail: 'anna@a.example' },
            },
          ],
          `${above} ${delimiter}`,
        )
      }
  },
)

t.test('where no headings are known, nobody is given a name by guess', async (t) => {
  for (const text of [
    'Smith\tAnna\tanna@a.example\nBerg\tBo\tbo@a.example',
    'Vorname;Nachname;E-Mail\nAnna;Smith;anna@a.example',
    'Name,Email,Role\n"Smith, Anna",anna@a.example,Scheduler',
  ])
    t.ok((await read(text)).untoldColumns, text)
  const { untoldColumns } = await read('Name,Email,Role\n"Smith, Anna",anna@a.example,Scheduler')
  t.same(untoldColumns, [
    { heading: 'Name', column: null },
    { heading: 'Email', column: 'personEmail' },
    { heading: 'Role', column: 'role' },
  ])
})

t.test('of two columns that may hold the mobile number, the one that says so does', async (t) => {
  const list = await read(
    'First name,Last name,Email,Phone,Mobile\nAnna,Smith,anna@a.example,(03) 5550 1234,0491 570 156',
  )
  t.match(list.rows[0]?.answers, { mobileNumber: '0491 570 156', phoneNumbers: '(03) 5550 1234' })
  t.same(list.ignoredColumns, [])
})

t.test('headings with a remark in brackets or a short word are known', async (t) => {
  const list = await read(
    'First name (given),LAST NAME *,E-mail (work),Phone (mobile),Role [required]\nAnna,Smith,anna@a.example,0491 570 156,Scheduler',
  )
  t.equal(list.untoldColumns, null)
  t.same(list.rows[0]?.answers, {
    ...{ firstName: 'Anna', lastName: 'Smith', personEmail: 'anna@a.example' },
    ...{ phoneNumbers: '0491 570 156', role: 'scheduler' },
  })
  const short = await read(
    'First name,Last name,Email,Tel.,Mob.\nAnna,Smith,anna@a.example,9123 4567,0491 570 156',
  )
  t.match(short.rows[0]?.answers, { phoneNumbers: '9123 4567', mobileNumber: '0491 570 156' })
  t.same((await read('Email\nanna@a.example')).rows, [
    { number: 2, answers: { personEmail: 'anna@a.example' } },
  ])
})

t.test('of two columns with one heading, somebody says which is meant', async (t) => {
  for (const heads of [
    'Email,First name,Last name,Email',
    'E-mail (work),First name,Last name,Email (home)',
  ]) {
    const list = await read(`${heads}\n,Anna,Smith,anna@a.example`)
    t.same(
      list.untoldColumns?.map(({ column }) => column),
      ['personEmail', 'firstName', 'lastName', null],
      heads,
    )
  }
})

t.test('the border between cells is the one that most rows have equally often', async (t) => {
  for (const list of [
    'First name;Last name;Email;Note\nAnna;Smith;anna@a.example;a,b,c,d,e,f,g,h',
    'Harbour Street, Sydney, staff, 2026\nFirst name;Last name;Email\nAnna;Smith;anna@a.example',
    'First name,Last name,Email\nAnna,"Smith",anna@a.example;berta@a.example;c@a.example;d@a.example',
    'First name,Last name,Email,Note\nAnna,Smith,anna@a.example,a\tb',
  ])
    t.match((await read(list)).rows[0]?.answers, {
      firstName: 'Anna',
      lastName: 'Smith',
      personEmail: /anna@a/,
    })
})

t.test('an address is read out of what contacts write around it', async (t) => {
  for (const cell of [
    'mailto:anna@a.example',
    'Anna Smith <anna@a.example>',
    '"Smith, Anna" <anna@a.example>;',
  ])
    t.equal(
      (await read(`First name\tEmail\nAnna\t${cell}`)).rows[0]?.answers.personEmail,
      'anna@a.example',
      cell,
    )
})

t.test('a list too wide to ask about is refused, and nothing is left out without a word', async (t) => {
  const cells = Array.from({ length: 35 }, (_, index) => (index === 33 ? 'anna@a.example' : `cell ${index}`))
  await t.rejects(read(cells.join('\t')), { message: /35 columns.*at most 30/s })
})

t.test('several numbers in one cell are read with their kinds', async (t) => {
  const phones = (cell: string) => readPhoneCell(cell, 'AU')
  t.same(phones('Work (03) 5550 1234, Mobile: 0491 570 156'), {
    phones: [
      { type: 'work', number: '+61355501234' },
      { type: 'mobile', number: '+61491570156' },
    ],
    problem: null,
  })
  t.same(
    phones('0491 570 156; +61 3 5550 1234; 0491570156').phones.map(({ type }) => type),
    ['mobile', 'other'],
    'a kind that is not said is what the number can be, and none is there twice',
  )
  t.match(phones('Work 12').problem, /Enter a phone number/)
  t.same(phones(' , ;'), { phones: [], problem: null })
})

t.test('quoted cells keep commas, quotation marks and line breaks', async (t) => {
  const { rows } = await read(
    'First name,Last name\n"Anna ""Annie""","Smith, PhD"\n"two\nlines",x\nO"Brien,y',
  )
  t.same(
    rows.map(({ number, answers }) => [number, answers.firstName, answers.lastName]),
    [
      [2, 'Anna "Annie"', 'Smith, PhD'],
      [3, 'two\nlines', 'x'],
      [4, 'O"Brien', 'y'],
    ],
  )
})

t.test('commas within the cells of a clipboard are no borders', async (t) => {
  t.same(
    (await told('Smith, Anna, Dr\tHart\to@x.example', FIRST_SIX))[0]?.answers.firstName,
    'Smith, Anna, Dr',
  )
  t.same((await told('"Smith, Anna, Dr";Hart;o@x.example', FIRST_SIX))[0]?.answers.lastName, 'Hart')
})

t.test('an empty first cell is not lost, and empty rows count but are nobody', async (t) => {
  const rows = await told('\tSmith\ta@a.example\n\n \t\t\n\tJones\tj@a.example\n', FIRST_SIX)
  t.same(
    rows.map(({ number, answers }) => [number, answers.firstName, answers.lastName]),
    [
      [1, undefined, 'Smith'],
      [4, undefined, 'Jones'],
    ],
  )
})

t.test('what a row does not say is taken from the answers for all', async (t) => {
  const list = await read('First name,Security role\nAnna,\nBo,Scheduler', {
    role: 'receptionist',
    isPractitioner: 'no',
  })
  t.same(
    list.rows.map(({ answers }) => [answers.role, answers.isPractitioner]),
    [
      ['receptionist', 'no'],
      ['scheduler', 'no'],
    ],
  )
})

t.test('a role or a yes that is none stays as it was typed', async (t) => {
  const list = await read(
    'First name,Role,Practitioner\nAnna,Boss,perhaps\nBo,BOOKKEEPER,Y\nCy,Receptionist ,FALSE',
  )
  t.same(
    list.rows.map(({ answers }) => [answers.role, answers.isPractitioner]),
    [
      ['Boss', 'perhaps'],
      ['bookkeeper', 'yes'],
      ['receptionist', 'no'],
    ],
  )
})

t.test('our own export is read back as it was', async (t) => {
  const lines = [csvLine(HEADINGS), csvLine(['=A', '+B', 'c@a.example', '+7 912 345 67 89'])]
  t.match((await read(`\uFEFF${lines.join('')}`)).rows[0]?.answers, {
    ...{ firstName: '=A', lastName: '+B', mobileNumber: '+7 912 345 67 89' },
  })
})

t.test('nobody, too many and an open quotation mark are refused in plain words', async (t) => {
  for (const nobody of ['', '  \r\n\t\n', ',,,\n', '\uFEFF'])
    await t.rejects(read(nobody), /Paste a list of people/, JSON.stringify(nobody))
  await t.rejects(read('First name,Last name\n\n'), /no people below the headings/)
  const many = Array.from({ length: 5_001 }, (_, n) => `A,B,c${n}@a.example`).join('\n')
  await t.rejects(read(many), /This list has more than 1,000 people. Add at most 1,000 at a time./)
  await t.rejects(read(many.slice(0, many.indexOf('c1002@'))), /This list has 1,003 people/)
  t.equal((await read(many.split('\n').slice(0, USERS_MAX).join('\n'))).rows.length, USERS_MAX)
  await t.rejects(read('Anna,Smith\nBo,"Berg\nCy,Cho'), /Row 2 has an opening quotation mark/)
})

t.test(
  'other requests are answered while the largest list is read, and its empty rows leave nothing',
  async (t) => {
    const size = 2 * 1024 * 1024
    for (const [hostile, outcome] of [
      ['\n', /Paste a list of people/],
      ['\r\n', /Paste a list of people/],
      [' \n', /Most rows of this list are empty/],
      [',\n', /Most rows of this list are empty/],
      [',', /more than 200 cells/],
      ['a,', /Row 1 is too long/],
      ['"', /Row 1 is too long/],
    ] as const) {
      let isRead = false
      let answered = 0
      const asked = setInterval(() => {
        if (!isRead) answered++
      }, 1)
      await t.rejects(read(hostile.repeat(size / hostile.length)), outcome, JSON.stringify(hostile))
      isRead = true
      clearInterval(asked)
      t.ok(answered > 0, `others had their turn during ${JSON.stringify(hostile)}`)
    }
    const padded = `${'\n'.repeat(size)}Anna,Smith,anna@a.example`
    t.same(await told(padded, FIRST_SIX), [
      { number: size + 1, answers: { firstName: 'Anna', lastName: 'Smith', personEmail: 'anna@a.example' } },
    ])
  },
)

t.test('NUL, half characters and endless cells can be kept, and stay wrong', async (t) => {
  const cells = ['An\0na', '\ud800', `${'x'.repeat(10_000)}@a.example`]
  const head = { number: 1, cells: ['First name', 'Last name', 'Email'] }
  const list = readUsers([head, { number: 2, cells }], {}, 'pasted')
  t.same(list.rows[0]?.answers.firstName, 'An\u0001na')
  t.same(list.rows[0]?.answers.lastName, '\u0001')
  t.equal(list.rows[0]?.answers.personEmail?.length, 300)
  const [row] = await told(`${'x'.repeat(299)}😀\tSmith\ta@a.example`, FIRST_SIX)
  t.equal(row?.answers.firstName, `${'x'.repeat(299)}\u0001`)
})

t.test('files are read in the encodings that spreadsheets write', async (t) => {
  const text = 'Zoë,O’Brien,z@a.example'
  t.same(readFileText(Buffer.from(text)), { text, isEncodingGuessed: false })
  t.same(readFileText(Buffer.from(`\uFEFF${text}`, 'utf16le')), { text, isEncodingGuessed: false })
  const bigEndian = Buffer.from(`\uFEFF${text}`, 'utf16le').swap16()
  t.same(readFileText(bigEndian), { text, isEncodingGuessed: false })
  const old = Buffer.from([...'Zo\u00eb,O\u0092Brien,z@a.example'].map((letter) => letter.charCodeAt(0)))
  t.same(readFileText(old), { text, isEncodingGuessed: true })
})

t.test('UTF-16 without a mark at its beginning is read, too', async (t) => {
  const text = 'First name\tLast name\nZoë\tMüller'
  const bytes = Buffer.from(text, 'utf16le')
  t.same(readFileText(bytes), { text, isEncodingGuessed: false })
  t.same(readFileText(Buffer.from(bytes).swap16()), { text, isEncodingGuessed: false })
})

t.test('workbooks and other files are called what they are', async (t) => {
  t.throws(() => readFileText(Buffer.from('PK\x03\x04 and more')), /an Excel workbook. Save it as CSV/)
  t.throws(() => readFileText(Buffer.from('d0cf11e0a1b11ae1', 'hex')), /an old Excel workbook/)
  t.throws(() => readFileText(Buffer.from('%PDF-1.7')), /a PDF/)
})
