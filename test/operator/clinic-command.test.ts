import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import pg from 'pg'
import { backupLines, clinicParts, SNAPSHOT } from '../../src/database/backup-lines.ts'
import { runServer, stopServer } from '../../src/database/embedded-server.ts'
import { restoreBackup } from '../../src/database/restore.ts'
import { demoClinic } from '../../src/demo/team.ts'
import { freshApp, type TestClinic } from '../support/app.ts'
import { MANY, originOf } from '../support/bare-host.ts'
import { runCommand } from '../support/command.ts'
import { deliverDueEmails } from '../support/outbox.ts'
import { pressAndVerify, signedIn } from '../support/press.ts'
import { privateFolder } from '../support/private-folder.ts'
import t from '../support/tap.ts'
import { Visitor } from '../support/visitor.ts'

const SECRET = 'a secret of the tests, long enough'
const LOG = { info() {}, warn() {}, error() {} }

type Test = Parameters<typeof freshApp>[0] & Parameters<typeof privateFolder>[0]

/** Two clinics, and the command beside the running app. */
async function installation(t: Test) {
  const parts = await freshApp(t, MANY)
  const team = await demoClinic(parts.db, parts.passwords)
  const others = await demoClinic(parts.db, parts.passwords, 'Hilltop Clinic')
  const env = { ...MANY, DATABASE_URL: parts.ownerUrl(), DATA_DIR: privateFolder(t), SECRET }
  const clinic = (...words: string[]) => runCommand('src/commands/clinic.ts', env, ...words)
  return { parts: { ...parts, team } as TestClinic, others, clinic }
}

t.test('whoever runs it lists and shows clinics, by numbers and without anybody’s name', async (t) => {
  const { clinic, parts } = await installation(t)
  t.match(await clinic(), { status: 1, stderr: /^npm run clinic -- list\n/ })
  t.match(await clinic('list'), {
    status: 0,
    stdout: `harbour-street-clinic  Harbour Street Clinic, 9 people
hilltop-clinic  Hilltop Clinic, 9 people
2 clinics
`,
  })
  const { stdout } = await clinic('show', 'Hilltop-Clinic')
  t.match(stdout, /^Hilltop Clinic \(hilltop-clinic\), since \d{4}-.* UTC$/m)
  t.match(stdout, /^People +2 practitioners, 7 other staff/m)
  for (const { firstName } of Object.values(parts.team)) t.notMatch(stdout, firstName)
  t.match(await clinic('show', 'nowhere'), { status: 1, stderr: 'There is no clinic nowhere.\n' })
  t.match(await clinic('show'), { status: 1 })
  t.match(await clinic('constructor', 'hilltop-clinic'), { status: 1, stderr: /^npm run clinic/ })
})

t.test('whoever runs it invites someone to set up a clinic', async (t) => {
  const { clinic, parts } = await installation(t)
  t.match(await clinic('invite', 'nonsense'), { status: 1 })
  t.match(await clinic('invite'), { status: 1 })
  t.match(await clinic('invite', 'new@clinic.example'), {
    status: 0,
    stdout: 'A link to set up a clinic is on its way to new@clinic.example.\n',
  })
  const email = parts.db.selectFrom('emails').select(['kind', 'clinicId', 'userId'])
  t.match(await email.where('recipient', '=', 'new@clinic.example').execute(), [
    { kind: 'clinic invitation', clinicId: '0', userId: null },
  ])
})

t.test(
  'a suspended clinic lets nobody in and sends nothing, and its neighbour notices nothing',
  async (t) => {
    const { clinic, parts, others } = await installation(t)
    const { app, db, config, team } = parts
    const harbour = originOf('harbour-street-clinic')
    const adam = await signedIn(parts, team.administrator, harbour)
    const hanna = await signedIn(parts, others.administrator, originOf('hilltop-clinic'))
    t.match(await clinic('suspend', 'harbour-street-clinic'), { status: 1, stderr: /^Say why/ })
    t.match(await clinic('suspend', 'harbour-street-clinic', 'The', 'invoice', 'is', 'unpaid.'), {
      status: 0,
    })
    for (const path of ['/settings/users', '/sign-in', '/forgot-password', '/'])
      t.match(await adam.get(path), { status: 403, text: 'Reason: The invoice is unpaid.' }, path)
    t.equal((await new Visitor(app, harbour).signIn(team.owner)).status, 403)
    t.equal((await hanna.get('/settings/users')).status, 200)
    await deliverDueEmails({ db, config, log: LOG })
    const waiting = async () =>
      (await db.selectFrom('emails').select('clinicId').where('sentAt', 'is', null).execute()).map(
        ({ clinicId }) => clinicId,
      )
    t.same([...new Set(await waiting())], [team.owner.clinicId])
    t.match(await clinic('list'), { stdout: /Harbour Street Clinic, 9 people, suspended/ })

    t.match(await clinic('resume', 'harbour-street-clinic'), { status: 0 })
    t.match(
      await adam.get('/settings/users'),
      { status: 303, location: /^\/sign-in/ },
      'everyone signs in again',
    )
    t.equal((await new Visitor(app, harbour).signIn(team.owner)).status, 303)
    await deliverDueEmails({ db, config, log: LOG })
    t.same(await waiting(), [])
    const events = db.selectFrom('events').select(['action', 'actorId']).where('action', 'like', 'clinic.%')
    t.same(await events.orderBy('id').execute(), [
      { action: 'clinic.suspended', actorId: null },
      { action: 'clinic.resumed', actorId: null },
    ])
  },
)

t.test('a clinic’s limits are kept at every door, and raised by whoever runs it', async (t) => {
  const { clinic, parts } = await installation(t)
  const adam = await signedIn(parts, parts.team.administrator, originOf('harbour-street-clinic'))
  const add = (firstName: string) =>
    pressAndVerify(adam, '/settings/users', {
      ...{ firstName, lastName: 'Lee', personEmail: `${firstName.toLowerCase()}@harbour.example` },
      ...{ role: 'receptionist', isPractitioner: 'no', timeZone: 'Australia/Melbourne' },
    })
  t.match(await clinic('limit', 'harbour-street-clinic', '10', 'none'), {
    stdout: 'Harbour Street Clinic: 10 people, any number of invitations a day.\n',
  })
  t.equal((await add('Una')).status, 303)
  t.match(await add('Duo'), { status: 422, text: 'Your clinic can have 10 people.' })
  t.match(await pressAndVerify(adam, `/settings/users/${parts.team.deactivated.id}/reactivation`), {
    status: 422,
    text: 'Your clinic can have 10 people.',
  })
  await clinic('limit', 'harbour-street-clinic', 'none', '3')
  t.equal((await add('Tri')).status, 303)
  t.match(await add('Quattro'), { status: 422, text: 'Your clinic can send 3 invitations a day, and has.' })
  t.match(await clinic('limit', 'harbour-street-clinic', '0', 'none'), { status: 1 })
  t.match(await clinic('limit', 'harbour-street-clinic', '5'), { status: 1 })
})

t.test('whoever runs it ends a clinic as an owner would, and can keep it', async (t) => {
  const { clinic, parts } = await installation(t)
  t.match(await clinic('end', 'hilltop-clinic'), {
    stdout: 'Hilltop Clinic will be deleted in 30 days. Its owners are being told by email.\n',
  })
  t.match(await clinic('end', 'hilltop-clinic'), { stdout: 'Hilltop Clinic: nothing to change.\n' })
  t.match(await clinic('show', 'hilltop-clinic'), { stdout: /To be deleted/ })
  t.match(await clinic('keep', 'hilltop-clinic'), { stdout: 'Hilltop Clinic will not be deleted.\n' })
  t.match(
    await parts.db.selectFrom('emails').select('recipient').where('kind', '=', 'clinic closing').execute(),
    [{ recipient: 'olivia@hilltop-clinic.example' }],
  )
})

/** Everything of one clinic, as a file would hold it. */
async function linesOf(url: string, clinicId: string): Promise<string[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query(SNAPSHOT)
  const lines: string[] = []
  for await (const text of backupLines(client, await clinicParts(client, clinicId), { secret: null }))
    lines.push(...text.trim().split('\n'))
  await client.end()
  return lines.slice(1).sort()
}

t.test(
  'what is exported of a clinic is in an empty installation what it was, and nobody else’s',
  async (t) => {
    const { clinic, parts } = await installation(t)
    const { clinicId } = parts.team.owner
    const folder = privateFolder(t)
    const file = join(folder, 'harbour.gz')
    t.match(await clinic('export', 'harbour-street-clinic', file), {
      status: 0,
      stdout: / rows are in .*harbour\.gz/,
    })
    t.equal((await clinic('export', 'harbour-street-clinic', file)).status, 1, 'nothing is overwritten')
    const text = gunzipSync(readFileSync(file)).toString()
    t.notMatch(text, 'hilltop')
    t.notMatch(text, SECRET)

    // As an owner has it from the page.
    const olivia = await signedIn(parts, parts.team.owner, originOf('harbour-street-clinic'))
    const visit = await pressAndVerify(olivia, '/settings/clinic/export')
    t.match(visit.headers, {
      'content-type': 'application/gzip',
      'content-disposition': /harbour-street-clinic\.jsonl\.gz/,
    })

    const elsewhere = join(folder, 'elsewhere')
    await clinic('export', 'harbour-street-clinic', join(folder, 'again.gz'))
    const expected = await linesOf(parts.ownerUrl(), clinicId)
    await restoreBackup(join(folder, 'again.gz'), elsewhere, false)
    t.ok(existsSync(elsewhere))
    const url = await runServer(elsewhere)
    t.teardown(() => stopServer(elsewhere))
    t.same(await linesOf(url, clinicId), expected)
    const exports = parts.db.selectFrom('events').select('actorId').where('action', '=', 'clinic.exported')
    const { owner } = parts.team
    t.same(
      (await exports.orderBy('id').execute()).map(({ actorId }) => actorId),
      [null, null, owner.id, null],
      'Activity has each of them',
    )
  },
)
