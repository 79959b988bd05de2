import type { EmailKind } from '../../src/database/schema.ts'
import { EMAIL_KINDS } from '../../src/email-kinds.ts'
import { shownName } from '../../src/emails/shown-name.ts'
import { SAMPLE_SLUGS, sampleMessage } from '../../src/outbox/samples.ts'
import { testApp } from '../support/app.ts'
import { testDatabase } from '../support/database.ts'
import t from '../support/tap.ts'
import { Visitor } from '../support/visitor.ts'
import { testConfig } from './fixtures.ts'
import { attributes, collapsed, HOSTILE, linksIn, visibleText } from './read-message.ts'

const KINDS = Object.keys(EMAIL_KINDS) as EmailKind[]
const { db } = await testDatabase(t)
const config = testConfig()
const PLAIN_SUBJECT = /Frontdesk/
/** About no clinic: the installation itself writes. */
const INSTALLATIONS: EmailKind[] = ['clinic invitation', 'clinics found']
const OWN =
  /^(https:\/\/(harbour\.sample\.)?frontdesk\.localhost\/\S+|(olivia|nora|nora\.lindgren)@clinic\.example)$/

/** PostgreSQL keeps no lone surrogates, and no form lets them in. */
function hostileName(number: number): string {
  return (HOSTILE[number % HOSTILE.length] ?? '').replace('\ud800', '')
}

const called = (number: number) => ({ firstName: hostileName(number), lastName: hostileName(number) })

t.test('every email kind has a sample, and making one leaves nothing behind', async (t) => {
  t.same([...SAMPLE_SLUGS.values()].sort(), [...KINDS].sort())
  for (const kind of KINDS) t.ok((await sampleMessage(db, config, kind)).subject, kind)
  for (const table of ['clinics', 'users', 'emails', 'events'] as const)
    t.same(await db.selectFrom(table).selectAll().execute(), [], table)
})

for (const [at, kind] of KINDS.entries()) {
  t.test(`${kind}: HTML and plain text say the same and hold the same links of ours`, async (t) => {
    const { html, text } = await sampleMessage(db, config, kind)
    t.match(text, /^Hello( Nora| Olivia)?,\n\n\p{Lu}/u, 'a sentence after the greeting begins with a capital')
    const shown = collapsed(visibleText(html))
    for (const paragraph of text.trim().split(/\n\n+/).map(collapsed))
      t.ok(shown.includes(paragraph.replace(/:$/, '')), paragraph)
    t.same(linksIn(visibleText(html)), linksIn(text))
    const anchors = new Set(attributes(html))
    t.same(
      [...anchors].sort(),
      linksIn(text).filter((link) => link.startsWith('https:')),
    )
    for (const link of linksIn(text)) t.match(link, OWN)
  })

  t.test(`${kind}: nothing is fetched, and no name steers it`, async (t) => {
    const { subject, from } = await sampleMessage(db, config, kind)
    const isOfClinic = !INSTALLATIONS.includes(kind)
    t.match(subject, isOfClinic ? 'Harbour Street Clinic' : 'in Frontdesk', 'people know their clinic')
    const sender = isOfClinic ? '"Harbour Street Clinic" <hello@frontdesk.example>' : config.mailFrom
    t.equal(from, sender, 'people know their clinic')
    // Three at a time: over all kinds, each of them has stood in each place.
    for (let number = at; number < at + HOSTILE.length; number += 3) {
      const clinic = hostileName(number)
      const names = { clinic, administrator: called(number + 1), colleague: called(number + 2) }
      const message = await sampleMessage(db, config, kind, names)
      const which = `names ${number} to ${number + 2}`
      const shown = isOfClinic ? shownName(clinic) : null
      const safe = shown ? subject.replace('Harbour Street Clinic', () => shown) : PLAIN_SUBJECT
      t.match(message.subject, safe, `${which}: the subject names what is safe of it`)
      t.notMatch(message.subject, /[\p{C}<>@:;]/u, which)
      t.match(message.from, /^(Frontdesk|"[^"\\<>@\p{C}]{1,40}") <hello@frontdesk\.example>$/u, which)
      t.notMatch(`${message.to}${message.replyTo}`, /[\r\n,;]/, which)
      t.notMatch(
        message.html,
        /<(img|script|iframe|form|link|object|svg|base|video|audio)\b|url\(|@import/i,
        which,
      )
      t.same(linksIn(visibleText(message.html)), linksIn(message.text), which)
      t.same(
        [...linksIn(message.text), ...attributes(message.html)].filter((link) => !OWN.test(link)),
        [],
        which,
      )
      t.notMatch(message.text + message.html, /(?![\n\u200d])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u, which)
      const lines = `${message.html}\n${message.text}`.split('\n')
      t.ok(Math.max(...lines.map((line) => Buffer.byteLength(line))) < 998, `${which}: length of lines`)
    }
  })
}

t.test('whoever writes emails sees each one, as HTML and as text', async (t) => {
  const { app } = await testApp(t)
  const visitor = new Visitor(app)
  const list = await visitor.get('/outbox/previews')
  for (const [slug, kind] of SAMPLE_SLUGS) {
    const path = `/outbox/previews/${slug}`
    t.match(list.html, `href="${path}"`)
    const page = await visitor.get(path)
    t.match(page, { status: 200, html: `src="${path}/html"` })
    const { subject, text } = await sampleMessage(db, app.config, kind)
    t.match(page.text, subject)
    t.match(page.text, collapsed(text).slice(0, 60))
    t.match((await visitor.get(`${path}/html`)).headers, { 'content-security-policy': /^default-src 'none'/ })
  }
  for (const path of ['nothing', 'nothing/html', 'constructor', '%00'])
    t.equal((await visitor.get(`/outbox/previews/${path}`)).status, 404, path)
})
