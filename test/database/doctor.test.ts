import { chmodSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import { letAppIn } from '../../src/database/app-role.ts'
import { runCommand } from '../support/command.ts'
import { testDatabase } from '../support/database.ts'
import { privateFolder } from '../support/private-folder.ts'
import { startServer, untilReady } from '../support/server-process.ts'
import t from '../support/tap.ts'

const doctor = (env: Record<string, string>) => runCommand('src/commands/doctor.ts', env)

t.test(
  'the embedded installation has two roles; what a hurried hand did to its folder is named',
  async (t) => {
    const DATA_DIR = privateFolder(t)
    t.match(await doctor({ DATA_DIR }), { status: 0, stdout: /weaker {2}There is no database/, stderr: '' })
    const server = await startServer(t, { DATA_DIR })
    await untilReady(server)
    const { status, stdout } = await doctor({ DATA_DIR })
    t.equal(status, 0)
    t.match(stdout, /ok {6}PostgreSQL 18.*\n[\s\S]*ok {6}The app's role, frontdesk_app, can add/)
    t.match(stdout, /ok {6}The tables are up to date/)
    t.match(stdout, /weaker {2}No email is sent\. Set POSTMARK_SERVER_TOKEN/)
    t.match(stdout, /ok {6}Only its owner can look into/)
    t.notMatch(stdout, /broken/)

    chmodSync(DATA_DIR, 0o755)
    t.match(
      (await doctor({ DATA_DIR })).stdout,
      `weaker  Other users of this machine can look into ${DATA_DIR}`,
    )
    truncateSync(join(DATA_DIR, 'secret'))
    t.match(await doctor({ DATA_DIR }), { status: 1, stdout: /broken {2}.*secret is empty/ })
  },
)

t.test('with one role for everything the doctor says what is weaker and how to mend it', async (t) => {
  const database = await testDatabase(t)
  const { url } = database
  const ownerUrl = database.ownerUrl()
  const env = { DATA_DIR: privateFolder(t), SECRET: 'a secret of the tests, long enough' }
  const one = await doctor({ ...env, DATABASE_URL: ownerUrl })
  t.match(one, {
    status: 0,
    stdout: /weaker {2}The app's role, .* can change or remove .*DATABASE_OWNER_URL/,
  })
  const withTwo = { ...env, DATABASE_URL: url, DATABASE_OWNER_URL: ownerUrl }
  t.match((await doctor(withTwo)).stdout, /weaker {2}The app's role, .*, can create temporary tables/)
  await letAppIn(ownerUrl, url)
  t.match(await doctor(withTwo), { status: 0, stdout: /ok {6}The app's role, .*, can add to the audit log/ })
  const away = await doctor({ ...env, DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none' })
  t.match(away, { status: 1, stdout: /broken {2}.*ECONNREFUSED/ })
})
