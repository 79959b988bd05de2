import { demoClinic } from '../../src/demo/team.ts'
import { createPasswords } from '../../src/sessions/passwords.ts'
import { testConfig } from '../support/app.ts'
import { runCommand } from '../support/command.ts'
import { testDatabase } from '../support/database.ts'
import { privateFolder } from '../support/private-folder.ts'
import t from '../support/tap.ts'

t.test(
  'whoever may enter the machine sees the link that sets up the clinic, while there is none',
  async (t) => {
    const { db, url } = await testDatabase(t)
    const env = {
      DATABASE_URL: url,
      DATA_DIR: privateFolder(t),
      SECRET: 'a secret of the tests, long enough',
      PUBLIC_URL: 'http://frontdesk.localhost',
    }
    const shown = await runCommand('src/commands/setup-link.ts', env)
    t.match(shown, {
      status: 0,
      stderr: '',
      stdout: /^http:\/\/frontdesk\.localhost\/setup\?code=[\w-]{32}\n$/,
    })

    await demoClinic(db, createPasswords(testConfig().keys.passwords, { cost: 4 }))
    const after = await runCommand('src/commands/setup-link.ts', env)
    t.match(after, { status: 0, stdout: 'The clinic is already set up, so there’s no link.\n' })
  },
)
