import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import {
  type CountedAttempt,
  clearAttempts,
  countAttempt,
  forgetOldAttempts,
} from '../../src/sessions/throttling.ts'
import { testDatabase } from '../support/database.ts'
import t from '../support/tap.ts'

const { db } = await testDatabase(t)
let lastIp = 0
let lastUser = 0

t.test(
  'the first five failures cost no wait, each later one twice as long as the last, up to 15 minutes',
  async (t) => {
    const email = anEmail()
    const waits: number[] = []
    for (let failure = 1; failure <= 20; failure++) {
      t.strictSame(await attempt(email), { allowed: true, failures: failure }, `try ${failure}`)
      waits.push(await waitOf(email))
      await letTimePass(email)
    }
    t.strictSame(waits, [0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900, 900, 900, 900])
  },
)

t.test('a try during the wait is refused, says until when, and makes the wait no longer', async (t) => {
  const email = anEmail()
  await fail(email, 14)
  const before = await rowOf(email)
  const refused = await attempt(email)
  t.match(refused, { allowed: false, hard: false })
  t.strictSame(retryAt(refused), before?.blockedUntil)
  t.strictSame(await rowOf(email), before)
})

t.test('the fiftieth failure is let through, the fifty-first is not, however long one waits', async (t) => {
  const email = anEmail()
  await fail(email, 48)
  await letTimePass(email)
  t.ok((await attempt(email)).allowed, '49')
  await letTimePass(email)
  t.ok((await attempt(email)).allowed, '50')
  t.match(await attempt(email), { allowed: false, hard: true })
  await letTimePass(email)
  t.match(await attempt(email), { allowed: false, hard: true }, '51')
  await clearAttempts(db, { clinicId: '1', email })
  t.ok((await attempt(email)).allowed, 'after a new password')
})

t.test('a success starts the count afresh', async (t) => {
  const email = anEmail()
  await fail(email, 4)
  await clearAttempts(db, { clinicId: '1', email: email.toUpperCase() })
  for (let i = 0; i < 4; i++) t.ok((await attempt(email)).allowed)
  t.equal(await waitOf(email), 0)
})

t.test('people and clinics are counted apart, letter case together', async (t) => {
  const email = anEmail()
  await fail(email, 14)
  t.notOk((await attempt(email.toUpperCase())).allowed)
  t.ok((await attempt(anEmail())).allowed)
  t.ok((await countAttempt(db, { clinicId: '2', email, ip: anIp() })).allowed)
})

t.test(
  'fifty tries at once on a fresh account are all counted, and let through only as far as the count says',
  async (t) => {
    const [email, ip] = [anEmail(), anIp()]
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => countAttempt(db, { clinicId: '1', email, ip })),
    )
    const allowed = answers.filter((answer) => answer.allowed).length
    t.ok(allowed >= 5 && allowed <= 7, `${allowed} hashes would have run`)
    t.equal((await rowOf(email))?.failures, allowed, 'each hash is counted')
    t.equal(await triesFrom(ip), 50, 'each try is counted')
  },
)

t.test('of two presses at once, the one whose statement began first may be counted second', async (t) => {
  const claimant = { clinicId: '1', email: anEmail(), ip: anIp() }
  await countAttempt(db, claimant)
  // As the statement that began later, and was counted first, left it.
  await sql`update throttles set blocked_until = now() + interval '1 second' where key like 'account:%'`.execute(
    db,
  )
  t.ok((await countAttempt(db, claimant)).allowed)
})

t.test('when a wait ends, fifty tries at once find room for one', async (t) => {
  for (let round = 0; round < 3; round++) {
    const email = anEmail()
    await fail(email, 13)
    await letTimePass(email)
    const answers = await Promise.all(Array.from({ length: 50 }, () => attempt(email)))
    t.equal(answers.filter((answer) => answer.allowed).length, 1)
    t.equal((await rowOf(email))?.failures, 14)
  }
})

t.test('hard stop holds against tries at once', async (t) => {
  const email = anEmail()
  await fail(email, 49)
  await letTimePass(email)
  const answers = await Promise.all(Array.from({ length: 50 }, () => attempt(email)))
  t.equal(answers.filter((answer) => answer.allowed).length, 1)
  t.equal(answers.filter((answer) => !answer.allowed && answer.hard).length, 49)
})

t.test('an address has thirty tries in five minutes, whoever they are for', async (t) => {
  const ip = anIp()
  for (let i = 1; i <= 30; i++) {
    t.ok((await countAttempt(db, { clinicId: '1', email: anEmail(), ip })).allowed, `try ${i}`)
  }
  const email = anEmail()
  const refused = await countAttempt(db, { clinicId: '1', email, ip })
  t.match(refused, { allowed: false, hard: false })
  t.equal(await rowOf(email), undefined, 'what the address may not do does not harm the account')
  const { rows } = await sql<{ minutes: number }>`
    select extract(epoch from ${retryAt(refused)}::timestamptz - first_failed_at)::float / 60 as minutes
    from throttles where key = ${ipKey(ip)}`.execute(db)
  t.ok(Math.abs((rows[0]?.minutes ?? 0) - 5) < 0.001, 'five minutes after the first try')
  t.ok((await attempt(email)).allowed, 'from another address')

  await sql`update throttles set blocked_until = now() where key = ${ipKey(ip)}`.execute(db)
  t.ok((await countAttempt(db, { clinicId: '1', email, ip })).allowed, 'when the five minutes are over')
  t.equal(await triesFrom(ip), 1)
})

t.test('an address full of tries at once lets thirty through', async (t) => {
  const ip = anIp()
  const tries = Array.from({ length: 60 }, () => countAttempt(db, { clinicId: '1', email: anEmail(), ip }))
  t.equal((await Promise.all(tries)).filter((answer) => answer.allowed).length, 30)
  t.equal(await triesFrom(ip), 60)
})

t.test(
  'a clinic behind one address signs in all morning: a success gives the address its try back',
  async (t) => {
    const ip = anIp()
    for (let i = 0; i < 40; i++) {
      const claimant = { clinicId: '1', email: anEmail(), ip }
      t.ok((await countAttempt(db, claimant)).allowed)
      await clearAttempts(db, claimant)
    }
    t.equal(await triesFrom(ip), 0)
  },
)

t.test('someone with an account of their own wins no tries on others’', async (t) => {
  const ip = anIp()
  let tries = 0
  for (let round = 0; round < 60; round++) {
    if ((await countAttempt(db, { clinicId: '1', email: anEmail(), ip })).allowed) tries++
    const own = { clinicId: '1', email: 'own@example.com', ip }
    if ((await countAttempt(db, own)).allowed) await clearAttempts(db, own)
  }
  t.ok(tries <= 30, `${tries} tries`)
})

t.test('all addresses that one IPv6 subscriber can choose count as one', async (t) => {
  const same = [
    ['2001:db8:1:2::1', '2001:db8:1:2:ffff:ffff:ffff:ffff', '2001:DB8:1:2::9', '2001:0db8:0001:0002::'],
    ['2001:db8::1', '2001:db8:0:0:5::1'],
    ['::1', '0:0:0:0:1::'],
    ['fe80::1%eth0', 'fe80::2%eth1'],
    ['192.0.2.1', '::ffff:192.0.2.1', '::FFFF:c000:201'],
    ['', 'nonsense', null, undefined],
  ]
  for (const [index, ips] of same.entries()) {
    const email = () => `v6-${index}-${anEmail()}`
    for (const ip of ips) await countAttempt(db, { clinicId: '6', email: email(), ip })
    const { rows } = await sql<{ n: string }>`select count(*) as n from throttles where key like 'ip:%'
      and failures = ${ips.length} and first_failed_at > now() - interval '1 minute'`.execute(db)
    t.equal(rows[0]?.n, '1', ips.join(' '))
    await sql`delete from throttles where key like 'ip:%'`.execute(db)
  }
})

t.test('neighbours are counted apart', async (t) => {
  const ips = [
    '2001:db8:1:2::1',
    '2001:db8:1:3::1',
    '192.0.2.1',
    '192.0.2.2',
    '::ffff:192.0.2.3',
    '1::',
    '::1',
  ]
  for (const ip of ips) await countAttempt(db, { clinicId: '6', email: anEmail(), ip })
  const { rows } = await sql<{
    n: string
  }>`select count(*) as n from throttles where key like 'ip:%'`.execute(db)
  t.equal(rows[0]?.n, String(ips.length))
})

t.test('neither an email nor an address can be read in the table', async (t) => {
  await countAttempt(db, { clinicId: '1', email: 'my secret password', ip: '198.51.100.77' })
  const rows = await db.selectFrom('throttles').select('key').execute()
  for (const { key } of rows) t.match(key, /^(account|ip):[\w-]{43}$/)
})

t.test('what is old is forgotten, except that an account is closed', async (t) => {
  await sql`delete from throttles`.execute(db)
  await sql`
    insert into throttles (key, failures, first_failed_at, blocked_until) values
      ('ip:over', 3, now(), now() - interval '1 second'),
      ('ip:open', 3, now(), now() + interval '1 second'),
      ('account:31', 49, now(), now() - interval '31 days'),
      ('account:29', 1, now(), now() - interval '29 days'),
      ('account:closed', 50, now(), now() - interval '400 days')`.execute(db)
  await forgetOldAttempts(db)
  const rows = await db.selectFrom('throttles').select('key').orderBy('key').execute()
  t.strictSame(
    rows.map((row) => row.key),
    ['account:29', 'account:closed', 'ip:open'],
  )
})

function anEmail(): string {
  return `person-${++lastUser}@example.com`
}

function anIp(): string {
  return `10.${++lastIp >> 16}.${(lastIp >> 8) & 255}.${lastIp & 255}`
}

function attempt(email: string): Promise<CountedAttempt> {
  return countAttempt(db, { clinicId: '1', email, ip: anIp() })
}

function retryAt(answer: CountedAttempt): Date | undefined {
  return answer.allowed ? undefined : answer.retryAt
}

async function fail(email: string, times: number): Promise<void> {
  for (let i = 0; i < times; i++) {
    await letTimePass(email)
    await attempt(email)
  }
}

async function letTimePass(email: string): Promise<void> {
  await sql`update throttles set blocked_until = now() where key = ${accountKey(email)}`.execute(db)
}

function rowOf(email: string) {
  return db.selectFrom('throttles').selectAll().where('key', '=', accountKey(email)).executeTakeFirst()
}

async function waitOf(email: string): Promise<number> {
  const { rows } = await sql<{ wait: number }>`
    select extract(epoch from blocked_until - by_ip.first_failed_at)::float as wait from throttles,
      lateral (select max(first_failed_at) as first_failed_at from throttles where key like 'ip:%') by_ip
    where key = ${accountKey(email)}`.execute(db)
  return rows[0]?.wait ?? Number.NaN
}

async function triesFrom(ip: string): Promise<number | undefined> {
  const row = await db
    .selectFrom('throttles')
    .select('failures')
    .where('key', '=', ipKey(ip))
    .executeTakeFirst()
  return row?.failures
}

function accountKey(email: string): string {
  return `account:${createHash('sha256').update(`1 ${email}`).digest('base64url')}`
}

function ipKey(ip: string): string {
  const [a = 0, b = 0, c = 0, d = 0] = ip.split('.').map(Number)
  const mapped = `::ffff:${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`
  return `ip:${createHash('sha256').update(mapped).digest('base64url')}`
}
