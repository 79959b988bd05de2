import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type Ended, runCommand } from '../support/command.ts'
import { testDatabase } from '../support/database.ts'
import { privateFolder } from '../support/private-folder.ts'
import { startServer, untilReady } from '../support/server-process.ts'
import t from '../support/tap.ts'
import { emailRow, invite } from './fixtures.ts'

const outbox = (env: Record<string, string>, ...words: string[]): Promise<Ended> =>
  runCommand('src/commands/outbox.ts', env, ...words)

t.test(
  'whoever runs it reads what waits, is in flight and failed, and sends what failed again',
  async (t) => {
    const { db, url } = await testDatabase(t)
    const env = { DATABASE_URL: url }
    t.match(await outbox(env), {
      status: 0,
      stdout: 'Waiting    0\nIn flight  0\nFailed     0\n',
      stderr: '',
    })

    const [waiting, leased, failed, other] = [
      await invite(db),
      await invite(db),
      await invite(db),
      await invite(db),
    ]
    const ahead = new Date(Date.now() + 60_000)
    await db.updateTable('emails').set({ leasedUntil: ahead }).where('id', '=', leased.emailId).execute()
    const failure = { failedAt: new Date(), failure: { code: 'emailRefused' as const }, attempts: 3 }
    for (const { emailId } of [failed, other])
      await db.updateTable('emails').set(failure).where('id', '=', emailId).execute()

    const { stdout } = await outbox(env)
    t.match(stdout, /^Waiting {4}1\nIn flight {2}1\nFailed {5}2\n/)
    t.match(stdout, `Oldest     ${waiting.emailId}, since `)
    t.match(
      stdout,
      new RegExp(
        `  ${failed.emailId}  \\S+  invitation to maya\\d+@harbour.example: The email provider doesn’t accept the email.`,
      ),
    )

    t.match((await outbox(env, 'retry', failed.emailId)).stdout, /^Back in the queue: 1\n\nWaiting {4}2\n/)
    t.match(await emailRow(db, failed.emailId), { failedAt: null, failure: null, attempts: 3 })
    t.match((await outbox(env, 'retry')).stdout, /^Back in the queue: 1\n[\s\S]*Failed {5}0\n/)
    t.match((await outbox(env, 'retry')).stdout, /^Back in the queue: 0\n/)
  },
)

t.test('a command that is not understood changes nothing and says how', async (t) => {
  for (const words of [['retyr'], ['retry', 'x'], ['retry', '1', '2'], ["1' or true"]]) {
    t.match(await outbox({ DATABASE_URL: 'postgres://127.0.0.1:1/x' }, ...words), {
      status: 1,
      stderr: /^npm run outbox/,
    })
  }
  t.match(await outbox({ DATABASE_URL: 'postgres://127.0.0.1:1/x' }), { status: 1, stderr: /ECONNREFUSED/ })
})

t.test('it works on the embedded database, whether or not the program runs, and makes none', async (t) => {
  const DATA_DIR = privateFolder(t)
  t.match(await outbox({ DATA_DIR }), { status: 1, stderr: `There is no database in ${DATA_DIR}.\n` })
  t.notOk(existsSync(join(DATA_DIR, 'secret')))

  const server = await startServer(t, { DATA_DIR })
  await untilReady(server)
  t.match(await outbox({ DATA_DIR }), { status: 0, stdout: /^Waiting {4}0\n/ })
  t.equal((await fetch(`${server.url}/health/ready`)).status, 200, 'the program goes on')

  server.child.kill('SIGTERM')
  await server.ended
  t.match(await outbox({ DATA_DIR }), { status: 0, stdout: /^Waiting {4}0\n/ })
  t.notOk(existsSync(join(DATA_DIR, 'postgres/postmaster.pid')), 'and its PostgreSQL is gone again')
})
