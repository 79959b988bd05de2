import { emailProblem, likelyTypo } from '../../src/users/email-rules.ts'
import t from '../support/tap.ts'

const FORMAT = 'Enter an email address in the correct format, such as name@example.com.'
const label = 'd'.repeat(63)

t.test('addresses that people have are accepted', async (t) => {
  const emails = [
    'a@b.co',
    'Anna.Ng@Example.COM',
    "o'brien@example.com",
    'anna+clinic@mail.example.com.au',
    '_x-y_@ex-ample.org',
    '!#$%&*/=?^`{|}~@example.com',
    '1@2.museum',
    `${'a'.repeat(64)}@example.com`,
    `a@${label}.com`,
    `a@b.${'c'.repeat(63)}`,
  ]
  for (const email of emails) t.equal(emailProblem(email), null, email)
})

t.test('an empty address is for the form to refuse', async (t) => {
  t.equal(emailProblem(''), null)
})

t.test('what is not exactly one address is refused', async (t) => {
  const wrong = [
    'anna',
    '@example.com',
    'anna@',
    'anna@example',
    'anna@@example.com',
    'anna@b@example.com',
    'a@example.com,b@example.com',
    'a@example.com, b@example.com',
    'a@example.com;b@example.com',
    'a@example.com b@example.com',
    'Anna <anna@example.com>',
    '<anna@example.com>',
    'anna(comment)@example.com',
    'anna@example.com(comment)',
    '"anna"@example.com',
    '"a@b"@example.com',
    'anna@example.com\n',
    'anna@example.com\r\nBcc: b@example.com',
    'an\0na@example.com',
    '\tanna@example.com',
    ' anna@example.com',
    'anna@example.com ',
    '.anna@example.com',
    'anna.@example.com',
    'an..na@example.com',
    'anna@.example.com',
    'anna@example.com.',
    'anna@example..com',
    'anna@-example.com',
    'anna@example-.com',
    'anna@exam_ple.com',
    'anna@[127.0.0.1]',
    'anna@127.0.0.1',
    'anna@example.c',
    'anna@example.c0m',
    'anna\\@example.com',
    'mailto:anna@example.com',
  ]
  for (const email of wrong) t.equal(emailProblem(email), FORMAT, JSON.stringify(email))
})

t.test('each part has its length', async (t) => {
  t.equal(emailProblem(`${'a'.repeat(65)}@example.com`), FORMAT)
  t.equal(emailProblem(`a@${label}d.com`), FORMAT)
  t.equal(emailProblem(`a@b.${'c'.repeat(64)}`), FORMAT)
  const emailOf = (length: number) => {
    const rest = `@${label}.${label}.${label}.com`
    return 'a'.repeat(length - rest.length) + rest
  }
  t.equal(emailProblem(emailOf(253)), null)
  t.equal(emailProblem(emailOf(254)), null)
  t.equal(emailProblem(emailOf(255)), FORMAT)
})

t.test('letters that merely look like ASCII never pass for it', async (t) => {
  const lookalikes = [
    'mİke@x.com',
    'mıke@x.com',
    'ſam@x.com',
    '\u212aim@x.com',
    'anna@\uff58.com',
    'anna\uff20x.com',
    'an\u200bna@x.com',
  ]
  for (const email of [...lookalikes, 'änna@x.com', 'anna@münchen.de', 'anna@x\u3002com']) {
    t.match(emailProblem(email), /^(Use only unaccented letters|Remove the invisible character)/, email)
  }
})

t.test('an address of any length is judged without delay', async (t) => {
  for (const text of ['a.'.repeat(50_000), `${'a-'.repeat(50_000)}@`, `a@${'a.'.repeat(50_000)}`]) {
    t.equal(emailProblem(text), FORMAT)
  }
})

t.test('a slip in a common domain is noticed', async (t) => {
  const slips = {
    'anna@homtail.com': 'anna@hotmail.com',
    'anna@gmial.com': 'anna@gmail.com',
    'anna@gmai.com': 'anna@gmail.com',
    'anna@gmaill.com': 'anna@gmail.com',
    'anna@GMAIL.CON': 'anna@gmail.com',
    'Anna@yaho.com': 'Anna@yahoo.com',
    'anna@outlook.co': 'anna@outlook.com',
    'anna@yaho.com.au': 'anna@yahoo.com.au',
    'anna@bigpond.ney.au': 'anna@bigpond.net.au',
    'anna@hotmial.co.uk': 'anna@hotmail.co.uk',
  }
  for (const [typed, meant] of Object.entries(slips)) t.equal(likelyTypo(typed), meant, typed)
})

t.test('a right domain is left alone', async (t) => {
  const right = [
    'gmail.com',
    'Hotmail.com',
    'mail.com',
    'ymail.com',
    'email.com',
    'yahoo.com.au',
    'bigpond.net.au',
    'example.com',
    'hotmail.co.uk',
    'clinic.au',
  ]
  for (const domain of right) t.equal(likelyTypo(`anna@${domain}`), null, domain)
})
