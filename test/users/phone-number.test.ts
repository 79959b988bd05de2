import { formatPhone, parsePhone } from '../../src/users/phone-number.ts'
import t from '../support/tap.ts'

t.test('a mobile number of the clinic’s country is stored in E.164, however it is written', async (t) => {
  for (const text of [
    '0491 570 156',
    '0491570156',
    '(0491) 570-156',
    '+61 491 570 156',
    '+61 (0)491 570 156',
  ]) {
    t.strictSame(parsePhone(text, 'AU'), { number: '+61491570156' }, text)
  }
  t.strictSame(parsePhone('07400 123456', 'GB'), { number: '+447400123456' })
  t.strictSame(parsePhone('0176 12345678', 'DE'), { number: '+4917612345678' })
  t.strictSame(parsePhone('(202) 456-1111', 'US'), { number: '+12024561111' })
})

t.test('a colleague may have a mobile from another country', async (t) => {
  t.strictSame(parsePhone('+64 21 123 4567', 'AU'), { number: '+64211234567' })
})

t.test('a number without a country code is read as one of the clinic’s country', async (t) => {
  t.ok('problem' in parsePhone('07400 123456', 'AU'))
  t.ok('problem' in parsePhone('0491 570 156', 'GB'))
})

t.test('a landline is no mobile number, but is a phone number', async (t) => {
  t.match(parsePhone('02 9374 4000', 'AU'), {
    problem: /^This is not a mobile number\. Enter one such as 04/,
  })
  t.strictSame(parsePhone('02 9374 4000', 'AU', 'any'), { number: '+61293744000' })
})

t.test('what is no phone number is refused with an example from the clinic’s country', async (t) => {
  const wrong = ['', 'none', '12', '0491 570 15', '0491 570 1567', 'call 0491 570 156', '0491 570 156 or 157']
  wrong.push(
    '+',
    '+61',
    '+999 123 456 789',
    '<b>0491570156</b>',
    '0491570156\n0491570157',
    '1'.repeat(1000),
    '000',
  )
  for (const text of wrong) {
    t.match(
      parsePhone(text, 'AU'),
      { problem: /^Enter a phone number such as 04[\d ]+, or one starting with \+/ },
      text,
    )
  }
})

t.test('an extension is not dropped in silence', async (t) => {
  t.match(parsePhone('0491 570 156 ext. 5', 'AU'), { problem: /without an extension/ })
})

t.test('where the clinic’s country is not known, numbers need a country code', async (t) => {
  for (const country of ['', 'XX', 'au']) {
    t.match(parsePhone('0491 570 156', country), { problem: /\+ and the country code/ }, country)
    t.strictSame(parsePhone('+61 491 570 156', country), { number: '+61491570156' }, country)
  }
})

t.test('a number is shown as people of the clinic’s country write it', async (t) => {
  t.equal(formatPhone('+61491570156', 'AU'), '0491 570 156')
  t.equal(formatPhone('+61491570156', 'NZ'), '+61 491 570 156')
  t.equal(formatPhone('+61491570156', 'XX'), '+61 491 570 156')
  t.equal(formatPhone('not a number', 'AU'), 'not a number')
})

t.test('what is shown can be typed in again', async (t) => {
  for (const number of ['+61491570156', '+447400123456', '+64211234567', '+12024561111']) {
    for (const country of ['AU', 'GB', 'US', 'NZ']) {
      t.strictSame(parsePhone(formatPhone(number, country), country), { number }, `${number} in ${country}`)
    }
  }
})
