import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { USER_FIELD_NAMES, userField } from '../../src/words/user-fields.ts'
import { testClinic } from '../support/app.ts'
import { pressAndVerify, signedIn } from '../support/press.ts'
import t from '../support/tap.ts'
import { hidden } from '../support/visitor.ts'

const TABLE = 'src/words/user-fields.ts'

t.test('a label or hint of a field of a user stands once in the whole source', async (t) => {
  const sources = await Promise.all([sourcesIn('src', '.ts'), sourcesIn('views', '.eta')])
  const others = sources.flat().filter(({ file }) => file !== TABLE)
  const table = await readFile(TABLE, 'utf8')
  for (const name of USER_FIELD_NAMES) {
    const { label, question, hint, missing } = userField(name)
    for (const text of [label, question, hint, missing].filter((text) => text !== undefined)) {
      t.equal(table.split(`'${text}'`).length, 2, `${text}: once in the table`)
      t.same(
        others
          .filter(({ file, source }) => isSaid(text, source) && !isRole(text, file))
          .map(({ file }) => file),
        [],
        text,
      )
    }
  }
})

t.test('pronouns go from My details to the user’s page, the export and Activity', async (t) => {
  const clinic = await testClinic(t)
  const rosa = await signedIn(clinic, clinic.team.receptionist)
  const form = await rosa.get('/my-details/edit')
  t.match(form.text, /Pronouns \(optional\) For example, she\/her or they\/them/)
  const answers = { firstName: 'Rosa', lastName: 'Delgado', timeZone: 'Australia/Melbourne' }
  const save = (pronouns: string) =>
    rosa.post('/my-details', { ...answers, pronouns, version: hidden(form, 'version') })
  t.match((await save('x'.repeat(41))).text, 'Use at most 40 characters.')
  t.equal((await save('she/her')).status, 303)
  t.match((await rosa.get('/my-details')).text, 'Pronouns she/her')
  const adam = await signedIn(clinic, clinic.team.administrator)
  t.match((await adam.get(`/settings/users/${clinic.team.receptionist.id}`)).text, 'Pronouns she/her')
  t.match((await adam.get('/settings/activity')).text, 'Pronouns: none → she/her')
  t.match((await pressAndVerify(adam, '/settings/users/export')).html, '"she/her"')
})

async function sourcesIn(folder: string, end: string) {
  const files = (await readdir(folder, { recursive: true })).filter((file) => file.endsWith(end))
  return Promise.all(
    files.map(async (file) => ({
      file: join(folder, file),
      source: await readFile(join(folder, file), 'utf8'),
    })),
  )
}

/** A security role has this name too. */
const isRole = (text: string, file: string) => text === 'Practitioner' && /\broles\.ts$/.test(file)

/** A whole text in quotes, between tags or in an attribute, with or without a remark. */
function isSaid(text: string, source: string): boolean {
  const plain = text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
  return new RegExp(`['">\`]${plain}(?: \\((?:optional|recommended)\\))?['"<\`]`).test(source)
}
