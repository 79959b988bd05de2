import { fullName, nameProblem, sortName, tidyName } from '../../src/users/names.ts'
import t from '../support/tap.ts'

t.test('an administrator can add people with the names they have', async (t) => {
  const names = [
    'Anna',
    'O’Brien',
    "D'Angelo",
    'Jean-Luc',
    'José María',
    'J. R.',
    'J.R.',
    'J.R.R. Tolkien',
    'St. John',
    'St.John',
    'Ahmad A/L Rahman',
    'ST.JOHN',
    'Martin Jr.',
    'Elizabeth 2',
    'X Æ A-12',
    'Nguyễn',
    'Łukasz',
    'Müller-Lüdenscheid',
    '李小龙',
    'Борис',
    'محمد',
    'حسین\u200cزاده',
    'ශ්\u200dරී',
    '서연',
    'Gal·la',
    'van der Berg (Smith)',
    'Smith & Sons, Physio',
    'Marta ""',
  ]
  for (const name of names) t.equal(nameProblem(name), null, name)
})

t.test('an empty name is for the form to refuse', async (t) => {
  t.equal(nameProblem(''), null)
  t.equal(nameProblem('  '), null)
})

t.test('a name has at most a hundred characters, however many units each takes', async (t) => {
  for (const letter of ['a', 'é', '𝒜']) {
    t.equal(nameProblem(letter.repeat(99)), null)
    t.equal(nameProblem(letter.repeat(100)), null)
    t.match(nameProblem(letter.repeat(101)), /at most 100 characters/)
  }
})

t.test('a name cannot carry a link into an invitation', async (t) => {
  const links = [
    'Visit https://evil.tld',
    'evil.tld/login',
    'evil.tld',
    'Evil.Com',
    'EVIL.COM',
    'go.evil.tld now',
    'St.evil.com',
    'st.com',
    'bit.ly',
    't.co',
    'www.evil',
    'www. evil',
    'зло.рф',
    'evil.xn--p1ai',
    '163.com',
    'evil\u3002com',
    'evil\uff61com',
    'evil\uff0ecom',
    'evil\u2024com',
    'https:\uff0f\uff0fevil',
    '//evil',
    '\\\\evil\\share',
    'me@evil.tld',
    'me@evil',
    'me\uff20evil',
    'Best.John',
  ]
  for (const link of links) t.match(nameProblem(link), /without links|space after a full stop/, link)
})

t.test('a name cannot carry markup', async (t) => {
  for (const name of ['<a href=//evil>x</a>', 'Anna<', '>Anna', '<b>', '\uff1cb\uff1e']) {
    t.match(nameProblem(name), /Remove < and >/, name)
  }
})

t.test('a name cannot hide anything or break a line', async (t) => {
  const hidden = [
    0, 9, 10, 13, 27, 127, 0x85, 0xad, 0x61c, 0x200b, 0x200e, 0x200f, 0x2028, 0x2029, 0x202a, 0x202e,
  ]
  hidden.push(0x2060, 0x2066, 0x2069, 0xfeff, 0x115f, 0x1160, 0x2800, 0x3164, 0xffa0, 0xe000, 0xd800, 0xe0041)
  for (const code of hidden) {
    t.match(
      nameProblem(`An${String.fromCodePoint(code)}na`),
      /^Remove the (invisible character|line break) after “An”/,
      code.toString(16),
    )
  }
})

t.test('a name has at least one letter', async (t) => {
  for (const name of ['.', '-', '’', '👨\u200d⚕', '()'])
    t.match(nameProblem(name), /at least one letter/, name)
})

t.test('the problem is told in one plain sentence', async (t) => {
  for (const name of ['<', '/', 'a.bc', '\n', '-', 'x'.repeat(101)])
    t.match(nameProblem(name), /^[A-Z][^!]*\.$/)
})

t.test('white space in a name is tidied, accents are kept in one form', async (t) => {
  t.equal(tidyName('  Anna \u00a0 Maria\u3000 '), 'Anna Maria')
  t.equal(tidyName('Jose\u0301'), 'José')
  t.equal(tidyName(tidyName(' a  b ')), 'a b')
})

t.test('a full name is the first and the last', async (t) => {
  t.equal(fullName({ firstName: 'Anna', lastName: 'Ng' }), 'Anna Ng')
})

t.test('a reader finds people by last name, then first, whatever their case and accents', async (t) => {
  const people = [
    ['Zoë', 'Ångström'],
    ['Anna', 'de la Cruz'],
    ['Émile', 'Éclair'],
    ['Bob', 'Łukasik'],
    ['Carl', 'Lund'],
    ['Ann', 'O’Brien'],
    ['Bea', 'Obrien'],
    ['Cy', 'ØBRIEN'],
    ['Dan', 'Strasse'],
    ['Eve', 'Straße'],
    ['Zoe', 'Van'],
    ['Al', 'van Dyk'],
    ['Bo', 'van-dyk'],
    ['Li', 'Vance'],
    ['Ivan', 'Йовков'],
  ] as const
  const keys = people.map(([first, last]) => sortName(first, last))
  const sorted = [...keys].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
  t.strictSame(sorted, keys)
})

t.test('vowel signs of scripts other than Latin still tell names apart', async (t) => {
  t.not(sortName('', 'かき'), sortName('', 'がき'))
  t.not(sortName('', 'कि'), sortName('', 'की'))
})

t.test('a dotted or dotless i, in either case, sorts as i', async (t) => {
  for (const name of ['İnci', 'ınci', 'INCI', 'inci']) t.equal(sortName('', name), sortName('', 'Inci'), name)
})
