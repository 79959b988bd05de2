import { randomBytes, randomUUID } from 'node:crypto'
import { demoClinic } from '../../src/demo/team.ts'
import { createPasswords } from '../../src/sessions/passwords.ts'
import { addApp } from '../../src/sessions/second-steps.ts'
import { testConfig } from '../support/app.ts'
import { runCommand } from '../support/command.ts'
import { testDatabase } from '../support/database.ts'
import { privateFolder } from '../support/private-folder.ts'
import t from '../support/tap.ts'

t.test(
  'whoever runs it gives an only owner who lost their phone a new start; Activity keeps it',
  async (t) => {
    const { db, url } = await testDatabase(t)
    const env = {
      DATABASE_URL: url,
      DATA_DIR: privateFolder(t),
      SECRET: 'a secret of the tests, long enough',
    }
    const twoStep = (...words: string[]) => runCommand('src/commands/two-step.ts', env, ...words)
    const { keys } = testConfig()
    const { owner, deactivated } = await demoClinic(db, createPasswords(keys.passwords, { cost: 4 }))
    for (const words of [[], ['reset'], ['remove', owner.email]])
      t.match(await twoStep(...words), { status: 1, stderr: 'Usage: npm run two-step -- reset EMAIL\n' })
    for (const email of ['nobody@clinic.example', deactivated.email])
      t.match(await twoStep('reset', email), {
        status: 1,
        stderr: `No active person has the address ${email}.\n`,
      })
    const none = { status: 1, stderr: `${owner.email} has no two-step sign-in to reset.\n` }
    t.match(await twoStep('reset', owner.email), none)

    const actor = { clinicId: owner.clinicId, userId: owner.id, ip: null, userAgent: null }
    const lost = { id: randomUUID(), label: 'Phone', secret: randomBytes(20), usedStep: 0 }
    await db.transaction().execute((trx) => addApp(trx, keys['two-step'], owner, lost, { actor }))
    t.match(await twoStep('reset', owner.email.toUpperCase()), {
      status: 0,
      stdout: /^The two-step sign-in of OLIVIA@\S+ has been reset\. A link to set it up again is on its way/,
    })
    t.match(await db.selectFrom('users').selectAll().where('id', '=', owner.id).executeTakeFirst(), {
      secondStepSince: null,
      mustSetUpSecondStep: true,
    })
    t.match(await db.selectFrom('codeApps').selectAll().execute(), [{ secret: null, removedAt: Date }])
    t.same(await db.selectFrom('recoveryCodes').selectAll().execute(), [])
    const links = db.selectFrom('emails').select('recipient').where('kind', '=', 'second step link')
    t.same(await links.execute(), [{ recipient: owner.email }])
    const events = db
      .selectFrom('events')
      .select(['actorId', 'subjectId'])
      .where('action', '=', 'second-step.reset')
    t.same(await events.execute(), [{ actorId: null, subjectId: owner.id }])
    t.match(await twoStep('reset', owner.email), none)
  },
)
