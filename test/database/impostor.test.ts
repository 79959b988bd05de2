import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { sql } from 'kysely'
import { openDatabase } from '../../src/database/database.ts'
import { startEmbedded } from '../../src/database/embedded.ts'
import { runServer } from '../../src/database/embedded-server.ts'
import { type Question, startImpostor, TOLD_TO_NOBODY } from '../support/impostor.ts'
import { folderWithCluster, privateFolder } from '../support/private-folder.ts'
import { startServer } from '../support/server-process.ts'
import { startProgram } from '../support/start-program.ts'
import t from '../support/tap.ts'
import { until } from '../support/until.ts'

const QUESTIONS: Question[] = [
  'the password',
  'its MD5',
  'nothing',
  'SCRAM, then the password',
  'half of SCRAM',
  'SCRAM, with a wrong proof',
]

for (const question of QUESTIONS.slice(-2)) {
  t.test(`a program on the dead server’s port that asks for ${question} gets nothing`, async (t) => {
    const dataDir = await folderWithCluster(t)
    const before = new URL(await runServer(dataDir))
    const pid = pidOf(dataDir)
    process.kill(pid, 'SIGKILL')
    await until('the killed PostgreSQL to be gone', () => !isAlive(pid))
    // It even got the number of the dead server.
    const { uid, gid } = statSync(join(dataDir, 'postgres'))
    const { child: bystander } = await startProgram(t, 'sleep', ['60'], { uid, gid })
    const lines = readFileSync(pidFile(dataDir), 'utf8').split('\n').slice(1)
    writeFileSync(pidFile(dataDir), [bystander.pid, ...lines].join('\n'))
    const impostor = await startImpostor(t, question, Number(before.port))

    const { connectionString, stop } = await startEmbedded(dataDir)
    t.teardown(stop)
    t.not(new URL(connectionString).port, before.port)
    t.notMatch(impostor.heard.join('\n'), before.password)
    t.same(impostor.heard.filter(isMoreThanScram), [])
    const db = openDatabase(connectionString)
    t.teardown(() => db.destroy())
    t.match(await sql`select 1 as one`.execute(db), { rows: [{ one: 1 }] })
  })
}

for (const question of QUESTIONS) {
  t.test(`the pool hands its password to no server that asks for ${question}`, async (t) => {
    const impostor = await startImpostor(t, question)
    const db = openDatabase(`${impostor.url}?require_auth=scram-sha-256`)
    t.teardown(() => db.destroy())
    await t.rejects(
      sql`select 'secret'`.execute(db),
      /did not prove|asked for the password|signature does not match/,
    )
    t.ok(impostor.visits())
    t.same(impostor.heard.filter(isMoreThanScram), [])
  })
}

t.test('a server of DATABASE_URL that asks for the password in clear without TLS is named', async (t) => {
  for (const question of ['the password', 'its MD5'] as const) {
    const impostor = await startImpostor(t, question)
    const server = await startServer(t, { DATA_DIR: privateFolder(t), DATABASE_URL: impostor.url })
    t.equal(await server.ended, 1)
    t.match(server.stderr(), /^Frontdesk could not start\. The PostgreSQL server asked for .*TLS.*\n$/)
    t.same(impostor.heard, [])
  }
})

/** The proof of SCRAM holds nothing that a listener could use; anything else, a query too, is too much. */
function isMoreThanScram(message: string): boolean {
  return message.includes(TOLD_TO_NOBODY) || !/^p[\s\S]{4}(SCRAM-SHA-256\0|c=biws,r=)/.test(message)
}

function pidFile(dataDir: string): string {
  return join(dataDir, 'postgres/postmaster.pid')
}

function pidOf(dataDir: string): number {
  return Number.parseInt(readFileSync(pidFile(dataDir), 'utf8'), 10)
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
