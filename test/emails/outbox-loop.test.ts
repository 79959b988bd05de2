import { openDatabase } from '../../src/database/database.ts'
import { testDatabase } from '../support/database.ts'
import { type FakePostmark, startFakePostmark } from '../support/fake-postmark.ts'
import { deliverDueEmails, startOutbox } from '../support/outbox.ts'
import { startProgram } from '../support/start-program.ts'
import t from '../support/tap.ts'
import { inTime } from '../support/until.ts'
import { emailRow, invite, letTimePass, postmarkConfig, recordedLog } from './fixtures.ts'

const NEVER_MS = 600_000

const { db, url } = await testDatabase(t)

async function fakePostmark(t: { teardown(work: () => Promise<void>): void }): Promise<FakePostmark> {
  const postmark = await startFakePostmark()
  t.teardown(() => postmark.stop())
  return postmark
}

/** Settles once the fake has been asked `count` times. */
function asked(postmark: FakePostmark, count: number): Promise<void> {
  return new Promise((resolve) => {
    postmark.beforeAnswering(async () => {
      if (postmark.received.length >= count) resolve()
    })
  })
}

t.test('mail leaves by itself, and two loops send each email once', async (t) => {
  const postmark = await fakePostmark(t)
  const config = postmarkConfig(postmark.url)
  const loops = [1, 2].map(() => startOutbox({ db, config, log: recordedLog() }))
  const all = asked(postmark, 30)
  for (let count = 1; count <= 30; count++) {
    await invite(db)
    for (const loop of loops) loop.nudge()
  }
  await all
  await Promise.all(loops.map((loop) => loop.stop()))
  t.equal(new Set(postmark.received.map(({ body }) => body.To)).size, 30)
  t.equal(postmark.received.length, 30)
})

t.test('a nudge that comes just after the outbox was found empty is not lost', async (t) => {
  const postmark = await fakePostmark(t)
  let isFirst = true
  const watched = db.withPlugin({
    transformQuery: ({ node }) => node,
    async transformResult({ result }) {
      if (isFirst) {
        isFirst = false
        t.same(result.rows, [])
        await invite(db)
        loop.nudge()
      }
      return result
    },
  })
  const parts = { db: watched, config: postmarkConfig(postmark.url), log: recordedLog() }
  const loop = startOutbox(parts, NEVER_MS)
  await asked(postmark, 1)
  await loop.stop()
})

t.test('stopping waits for the email in hand and takes up no other', async (t) => {
  const postmark = await fakePostmark(t)
  const invited = []
  for (let count = 1; count <= 6; count++) invited.push(await invite(db))
  const loop = startOutbox({ db, config: postmarkConfig(postmark.url), log: recordedLog() })
  let stopped: Promise<void> | undefined
  const held = new Promise<void>((resolve) => {
    postmark.beforeAnswering(async () => {
      stopped ??= loop.stop()
      resolve()
      await new Promise((resolve) => setTimeout(resolve, 100))
    })
  })
  await held
  await stopped
  const emails = await Promise.all(invited.map(({ emailId }) => emailRow(db, emailId)))
  t.equal(emails.filter((email) => email.sentAt).length, postmark.received.length)
  t.ok(
    emails.some((email) => email.attempts === 0),
    'some stay for the next start',
  )
  t.notOk(
    emails.some((email) => email.leasedUntil),
    'nothing is left in hand',
  )
  await db.deleteFrom('emails').execute()
})

t.test('a database that is away costs one line in the log, and the loop goes on', async (t) => {
  const postmark = await fakePostmark(t)
  const nowhere = openDatabase('postgres://nobody@127.0.0.1:1/nothing')
  t.teardown(() => nowhere.destroy())
  const log = recordedLog()
  const loop = startOutbox({ db: nowhere, config: postmarkConfig(postmark.url), log })
  for (let times = 1; times <= 5; times++) {
    loop.nudge()
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  await loop.stop()
  t.match(log.lines, [{ level: 'error', message: 'Outbox worker failed' }])
  t.equal(log.lines.length, 1)
})

t.test(
  'after a process was killed between Postmark and the commit, the same link goes out again',
  async (t) => {
    const postmark = await fakePostmark(t)
    const { emailId } = await invite(db)
    const script = `
    const { openDatabase } = await import('./src/database/database.ts')
    const { startOutbox } = await import('./test/support/outbox.ts')
    const { postmarkConfig } = await import('./test/emails/fixtures.ts')
    const log = { info() {}, warn() {}, error: console.error }
    startOutbox({ db: openDatabase('${url}'), config: postmarkConfig('${postmark.url}'), log })`
    const words = ['--import=./src/typescript.js', '--input-type=module', '--eval', script]
    const { child: worker, ended } = await startProgram(t, process.execPath, words, { stdio: 'inherit' })
    postmark.beforeAnswering(async () => {
      worker.kill('SIGKILL')
    })
    await inTime('the process reaches Postmark', ended, { within: 60_000 })
    t.equal(worker.signalCode, 'SIGKILL')
    t.match(await emailRow(db, emailId), { attempts: 1, sentAt: null, failedAt: null })

    await letTimePass(db)
    await deliverDueEmails({ db, config: postmarkConfig(postmark.url), log: recordedLog() })
    const [first, second] = postmark.received.map(
      ({ body }) => /\S+\/join\/\S+/.exec(body.TextBody ?? '')?.[0],
    )
    t.ok(first)
    t.equal(second, first)
    t.match(await emailRow(db, emailId), { attempts: 2, sentAt: Date })
  },
)
