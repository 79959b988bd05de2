import { readdir, readFile } from 'node:fs/promises'
import { testApp } from '../support/app.ts'
import t from '../support/tap.ts'
import { Visitor } from '../support/visitor.ts'

const PRODUCTION = {
  NODE_ENV: 'production',
  PUBLIC_URL: 'https://frontdesk.example',
  SECRET: 'bTq2Zr9WmLx4Vd7Kc1Hs6Pf3Jn8Gy5Ro',
  DATABASE_URL: 'postgres://localhost/nowhere',
  POSTMARK_SERVER_TOKEN: '00000000-0000-0000-0000-000000000000',
  MAIL_FROM: 'Frontdesk <frontdesk@frontdesk.example>',
  TRUST_PROXY: 'loopback',
}

t.test('a developer finds every piece in the style guide, and nobody does in production', async (t) => {
  const { app } = await testApp(t)
  const page = await new Visitor(app).get('/styleguide')
  t.equal(page.status, 200)
  for (const piece of ['avatar', 'badge', 'banner', 'choice', 'empty', 'field', 'status-bar', 'timeline'])
    t.match(page.html, new RegExp(`class="${piece}[ "]`), piece)
  for (const control of ['select', 'textarea', 'input[^>]* type="file"', 'input[^>]* type="password"'])
    for (const state of ['[^>]*', '[^>]* aria-invalid="true"'])
      t.match(page.html, new RegExp(`<${control}${state}`), control)
  const { app: inProduction } = await testApp(t, PRODUCTION)
  t.equal((await new Visitor(inProduction).get('/styleguide')).status, 404)
})

t.test('views/README.md names every partial', async (t) => {
  const guide = await readFile('views/README.md', 'utf8')
  const parts = new Set([
    'add-steps',
    'changed-by-others',
    'email-timeline',
    'freed-email',
    'user',
    'user-field',
    'user-fields',
  ])
  for (const file of await readdir('views/partials')) {
    const name = file.replace('.eta', '')
    // These are made of the pieces, for one kind of page.
    if (parts.has(name) || ['phone-fields', 'time-zone'].includes(name)) continue
    t.match(guide, `\`partials/${name}\``, name)
  }
})

t.test('no page has styling of its own', async (t) => {
  const files = (await readdir('views', { recursive: true })).filter(
    (file) => file.endsWith('.eta') && !file.startsWith('emails'),
  )
  for (const file of files)
    t.notMatch(await readFile(`views/${file}`, 'utf8'), /<style| style=|<link(?! rel)/, file)
})
