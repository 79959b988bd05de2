import { sql } from 'kysely'
import { type Database, openDatabase } from '../../src/database/database.ts'
import { emailRow, invite, postmarkConfig, recordedLog } from '../emails/fixtures.ts'
import { testDatabase } from '../support/database.ts'
import { type Answer, startFakePostmark } from '../support/fake-postmark.ts'
import { deliverDueEmails } from '../support/outbox.ts'
import t from '../support/tap.ts'

const OUTAGE_MINUTES = 120
const LONGEST_DELAY_MINUTES = 75
const AT_ONCE = 4
const TRIES_MAX = 8
const TROUBLE: Answer[] = ['server error', 'cut before the answer', 'maintenance', 'cut after the headers']

const STEP_MINUTES = 2

/** Two minutes pass for everything that waits. */
async function passTime(db: Database): Promise<void> {
  const step = sql`make_interval(mins => ${STEP_MINUTES})`
  await sql`update emails set created_at = created_at - ${step}, next_attempt_at = next_attempt_at - ${step},
    leased_until = leased_until - ${step}`.execute(db)
  await sql`update invitations set created_at = created_at - ${step}, expires_at = expires_at - ${step}`.execute(
    db,
  )
}

t.test(
  'after two hours without Postmark everything leaves: once, each in its turn, and not all at once',
  async (t) => {
    const { db, url } = await testDatabase(t)
    const other = openDatabase(url)
    t.teardown(() => other.destroy())
    const postmark = await startFakePostmark()
    t.teardown(() => postmark.stop())
    const parts = { config: postmarkConfig(postmark.url), log: recordedLog() }
    const sweep = () => Promise.all([db, other].map((each) => deliverDueEmails({ ...parts, db: each })))

    postmark.answerNext(...Array.from({ length: 5_000 }, (_, index) => TROUBLE[index % 4] as Answer))
    const invited: Awaited<ReturnType<typeof invite>>[] = []
    for (let minute = 0; minute < OUTAGE_MINUTES; minute += STEP_MINUTES) {
      if (minute % 6 === 0) invited.push(await invite(db))
      await sweep()
      await passTime(db)
    }
    const tries = new Map<string, number>()
    for (const { body } of postmark.received) tries.set(body.To ?? '', (tries.get(body.To ?? '') ?? 0) + 1)
    t.equal(tries.size, invited.length)
    t.ok(
      Math.max(...tries.values()) <= TRIES_MAX,
      `nobody is tried more than ${Math.max(...tries.values())} times`,
    )
    const [withdrawn, ...wanted] = invited
    await db
      .updateTable('invitations')
      .set({ revokedAt: sql`now()` })
      .where('id', '=', withdrawn?.invitationId ?? '')
      .execute()

    postmark.forget()
    postmark.received.length = 0
    let [inHand, most] = [0, 0]
    postmark.beforeAnswering(async () => {
      inHand += 1
      most = Math.max(most, inHand)
      await new Promise((resolve) => setTimeout(resolve, 2))
      inHand -= 1
    })
    const turns = await db.selectFrom('emails').select('recipient').orderBy('nextAttemptAt').execute()
    for (let minute = 0; minute <= LONGEST_DELAY_MINUTES; minute += STEP_MINUTES) {
      await sweep()
      await passTime(db)
    }
    const left = postmark.received.map(({ body }) => body.To)
    t.equal(left.length, wanted.length, 'each once')
    t.equal(new Set(left).size, wanted.length)
    for (const { emailId } of wanted) t.match(await emailRow(db, emailId), { sentAt: Date, failedAt: null })
    const { failureKind, recipient } = await emailRow(db, withdrawn?.emailId ?? '')
    t.equal(failureKind, 'unwanted', 'what is no longer wanted stays')
    const expected = turns.map((each) => each.recipient).filter((each) => each !== recipient)
    for (const [index, to] of left.entries())
      t.ok(Math.abs(expected.indexOf(to ?? '') - index) < 2 * AT_ONCE, `${to} leaves in its turn`)
    t.ok(most <= 2 * AT_ONCE, `at most ${AT_ONCE} at once from each process`)
  },
)
