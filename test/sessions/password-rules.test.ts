import { randomInt } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { listKey, plainText } from '../../src/sessions/common-passwords.ts'
import { passwordProblem, passwordRules } from '../../src/sessions/password-rules.ts'
import t from '../support/tap.ts'

const anna = {
  firstName: 'Anna Maria',
  lastName: 'O’Brien',
  email: 'anna.obrien@harbourside-physio.com.au',
  clinicName: 'Harbourside Physio',
}
const TOO_COMMON = { code: 'passwordCommon' }
const OWN_WORDS = { code: 'passwordOwn' }

t.test('a password has 15 to 128 characters, whatever each takes', async (t) => {
  for (const letters of ['vqxkwzjhgpmdtb', 'äöüßéèñçøåłžšő', '🌲🚲🧀🪁🦔🫖🎻🧵🪴🦆🔭🥨🪞🧩']) {
    const fourteen = [...letters]
    t.equal(fourteen.length, 14)
    t.match(passwordProblem(letters, anna), { code: 'passwordTooShort', values: { limit: 15, length: 14 } })
    t.equal(passwordProblem(`${letters}ж`, anna), null)
    t.equal(passwordProblem(`${letters}жю`, anna), null)
    const long = (length: number) =>
      Array.from({ length }, (_, i) => fourteen[(i * i + (i >> 3)) % 14]).join('')
    t.equal(passwordProblem(long(127), anna), null)
    t.equal(passwordProblem(long(128), anna), null)
    t.match(passwordProblem(long(129), anna), {
      code: 'passwordTooLong',
      values: { limit: 128, length: 129 },
    })
  }
})

t.test('an accent typed as two characters counts once', async (t) => {
  t.match(passwordProblem('e\u0301vqxkwzjhgpmdt'.normalize('NFD'), anna), { values: { length: 14 } })
  t.equal(passwordProblem('e\u0301vqxkwzjhgpmdtb'.normalize('NFD'), anna), null)
})

t.test('no mixture of characters is asked for and none is refused', async (t) => {
  const alphabets = [
    'abcdefghijklmnopqrstuvwxyz',
    'ABCDEFGHIJKLMNOPQRSTUVWXYZ',
    '0123456789',
    '!"#$%&()*+,/:;<=>?@[]^{|}~',
  ]
  alphabets.push(
    Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i)).join(''),
    'абвгдежзийклмнопрстуфхцчшщ',
  )
  for (const alphabet of alphabets) {
    for (let round = 0; round < 300; round++) {
      const length = randomInt(20, 129)
      const password = Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join('')
      const problem = passwordProblem(password, anna)
      if (problem) t.fail(`${password}: ${problem.code}`)
    }
  }
  t.pass('1800 random passwords were accepted')
})

t.test('words that have nothing to do with each other are accepted', async (t) => {
  const good = [
    'violet tractor eats nine pears',
    'kelp lantern hobby quartz',
    'Der Igel trinkt gern Kakao',
    'ruhig-morgen-kiste-vogel',
  ]
  for (const password of good) t.equal(passwordProblem(password, anna), null, password)
})

t.test('the list of common passwords has more than 3000 that are long enough', async (t) => {
  const lines = readFileSync(
    new URL('../../src/sessions/common-passwords.txt', import.meta.url),
    'utf8',
  ).split('\n')
  t.equal(lines.pop(), '')
  t.ok(new Set(lines).size === lines.length && lines.length > 9000, `${lines.length} entries`)
  t.ok(lines.every((line) => /^[\w-]{8}$/.test(line)))
})

t.test('a password of the list is refused in any case and with any spaces or ending', async (t) => {
  const listed = [
    'happytreefriends',
    'avengedsevenfold',
    'cristianoronald',
    'momsanaladventure',
    'crusadercrusader',
  ]
  const lines = readFileSync(new URL('../../src/sessions/common-passwords.txt', import.meta.url), 'utf8')
  for (const password of listed) {
    t.ok(lines.includes(`${listKey(plainText(password))}\n`), password)
    const spaced = [...password].join(' ')
    const capital = password.slice(0, 1).toUpperCase() + password.slice(1)
    for (const variant of [
      password,
      password.toUpperCase(),
      capital,
      spaced,
      ` ${password} `,
      `${password}1!`,
      `${capital}2024`,
    ]) {
      t.match(passwordProblem(variant, anna), TOO_COMMON, variant)
    }
  }
})

t.test(
  'common words, rows of keys, years and repetition are refused however they are put together',
  async (t) => {
    const easy = [
      'passwordpassword',
      'Password Password 1',
      'P@ssw0rdP@ssw0rd1!',
      'password123456789',
      'Welcome2024Welcome',
      'summer 2023 winter 2024',
      'iloveyouforever123',
      'letmeinletmeinletmein',
      'correct horse battery staple',
      'aaaaaaaaaaaaaaa',
      '111222333444555',
      'abababababababa',
      '               ',
      '...............',
      'abcdefghijklmnop',
      'ponmlkjihgfedcba',
      '123456789012345',
      '1234567890987654321',
      'qwertyuiopasdfgh',
      'qwertzuiopasdfgh',
      '1qaz2wsx3edc4rfv',
      '!@#$%^&*()!@#$%^',
      'monkeydragontiger1',
      'xkwzjhxkwzjhxkwzjh',
    ]
    for (const password of easy) t.match(passwordProblem(password, anna), TOO_COMMON, password)
  },
)

t.test('a password made of the person’s names, address, clinic or product is refused', async (t) => {
  const own = [
    'Anna Maria O’Brien',
    'obrienannamaria1',
    "O'BRIEN-ANNA-2024",
    'anna.obrien@harbourside-physio.com.au',
    'Harbourside Physio',
    'harboursidephysio2024!',
    'H4rb0urs1de Phys1o',
    'frontdesk harbourside',
    'frontdesk-frontdesk!',
    'receptionist anna',
    'rules at harbourside',
  ]
  for (const password of own) t.match(passwordProblem(password, anna), OWN_WORDS, password)
})

t.test('an own name beside unrelated words does no harm', async (t) => {
  t.equal(passwordProblem('anna eats kelp quartz lanterns', anna), null)
})

t.test('other people’s names are no reason to refuse', async (t) => {
  const stranger = { firstName: 'Li', lastName: '李', email: 'li@x.co', clinicName: '' }
  t.equal(passwordProblem('harboursidephysio', stranger), null)
  t.equal(
    passwordProblem('liliane limits lilac', stranger),
    null,
    'words of two letters are too short to matter',
  )
})

t.test('the rules on the page name the length that is checked', async (t) => {
  t.match(passwordRules(null).join(' '), /At least 15 characters/)
})
