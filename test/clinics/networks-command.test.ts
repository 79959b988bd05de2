import { demoClinic } from '../../src/demo/team.ts'
import { createPasswords } from '../../src/sessions/passwords.ts'
import { testConfig } from '../support/app.ts'
import { runCommand } from '../support/command.ts'
import { testDatabase } from '../support/database.ts'
import { limit } from '../support/networks.ts'
import { privateFolder } from '../support/private-folder.ts'
import t from '../support/tap.ts'

t.test(
  'whoever runs it lets a clinic in again whose connection has changed; Activity keeps it',
  async (t) => {
    const { db, url } = await testDatabase(t)
    const env = {
      DATABASE_URL: url,
      DATA_DIR: privateFolder(t),
      SECRET: 'a secret of the tests, long enough',
    }
    const networks = (...words: string[]) => runCommand('src/commands/networks.ts', env, ...words)
    const passwords = createPasswords(testConfig().keys.passwords, { cost: 4 })
    const { owner } = await demoClinic(db, passwords)
    t.match(await networks(), { status: 1, stderr: 'Usage: npm run networks -- clear [CLINIC]\n' })
    t.match(await networks('clear'), {
      status: 0,
      stdout: 'Harbour Street Clinic limits nobody to its networks.\n',
    })
    await limit({ db }, owner, ['receptionist'])
    t.match(await networks('clear'), {
      status: 0,
      stdout: /^Everyone at Harbour Street Clinic can sign in from anywhere\./,
    })
    const event = db
      .selectFrom('events')
      .select(['actorId', 'before', 'after'])
      .where('action', '=', 'networks.changed')
    const list = ['203.0.113.0/24 (Front office)', '2001:db8:1::/48 (Front office)']
    t.same(await event.execute(), [
      {
        actorId: null,
        before: { networks: list, limitedRoles: ['receptionist'] },
        after: { networks: list, limitedRoles: [] },
      },
    ])

    const others = await demoClinic(db, passwords, 'Hilltop Clinic')
    await limit({ db }, owner, ['receptionist'])
    await limit({ db }, others.owner, ['receptionist'])
    t.match(await networks('clear'), {
      status: 1,
      stderr: 'Name the clinic: harbour-street-clinic, hilltop-clinic\n',
    })
    t.match(await networks('clear', 'no-such-clinic'), { status: 1, stderr: 'There is no such clinic.\n' })
    t.match(await networks('clear', 'hilltop-clinic'), { status: 0 })
    const clinics = db.selectFrom('clinics').select(['label', 'limitedRoles']).orderBy('id')
    t.same(await clinics.execute(), [
      { label: 'harbour-street-clinic', limitedRoles: ['receptionist'] },
      { label: 'hilltop-clinic', limitedRoles: [] },
    ])
  },
)
