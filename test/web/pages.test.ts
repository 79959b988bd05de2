import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { FastifyReply } from 'fastify'
import { formOf } from '../../src/web/forms.ts'
import { strictEta } from '../../src/web/views.ts'
import t from '../support/tap.ts'

/** Never called: `npm run types` fails where one of these compiles. */
export function wrongPages(reply: FastifyReply) {
  reply.page('my-details/email', { form: formOf() })
  reply.page('errors/not-found')
  // @ts-expect-error there is no such page
  reply.page('users/nobody', {})
  // @ts-expect-error the form is missing
  reply.page('my-details/email', {})
  // @ts-expect-error no data at all
  reply.page('my-details/email')
  // @ts-expect-error of the wrong type
  reply.page('errors/bad-request', { status: '400' })
  // @ts-expect-error nothing that the page does not show
  reply.page('errors/bad-request', { status: 400, reason: 'why' })
  // @ts-expect-error a page that shows nothing of its own
  reply.page('errors/not-found', { status: 404 })
}

t.test('every page says what data it takes, and only pages do', async (t) => {
  const views = await textsIn('views', '.eta')
  const pages = views.filter(({ text }) => text.includes("layout('/layouts/page'"))
  const code = (await textsIn('src', '.ts')).map(({ text }) => text).join('\n')
  const blocks = [...code.matchAll(/^ {2}interface Pages \{\n([\s\S]*?)\n {2}\}/gm)].map((match) => match[1])
  const declared = [...blocks.join('\n').matchAll(/^ {4}'([^']+)':/gm)].map((match) => match[1])
  t.same(declared.sort(), pages.map(({ path }) => path.slice(0, -'.eta'.length)).sort())
})

t.test('a piece knows what it is handed, and handed nothing, what its page knows', async (t) => {
  const page = { state: 'owner', words: 'Owner' }
  const render = (template: string) => strictEta().renderString(template, page)
  t.match(render("<%~ include('/partials/badge') %>"), 'Owner')
  t.match(render("<%~ include('/partials/badge', { ...it, words: 'Active' }) %>"), 'Active')
  t.throws(() => render("<%~ include('/partials/badge', { state: it.state }) %>"), /value that is not there/)
})

async function textsIn(folder: string, ending: string) {
  const paths = (await readdir(folder, { recursive: true })).filter((path) => path.endsWith(ending))
  return Promise.all(paths.map(async (path) => ({ path, text: await readFile(join(folder, path), 'utf8') })))
}
