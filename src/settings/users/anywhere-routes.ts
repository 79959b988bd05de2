import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import type { Confirmation } from '../../sessions/confirmation.ts'
import { actorOf } from '../../sessions/session-of-request.ts'
import { requireVerified } from '../../sessions/verification-plugin.ts'
import { IdParams, YesOrNo } from '../../users/fields.ts'
import { fullName } from '../../users/names.ts'
import { answersOf } from '../../web/forms.ts'
import { words } from '../../words/en.ts'
import { setAnywhere } from './anywhere.ts'
import { whoRows } from './state-rows.ts'
import { userOfRequest, userPage } from './user-page.ts'

const said = words.networks.anywhere

const AnywhereForm = Type.Object(
  { anywhere: YesOrNo(words.forms.checkAnswer) },
  { additionalProperties: false },
)

export const anywhereRoutes: FastifyPluginAsyncTypebox = async (app) => {
  app.post(
    '/:id/anywhere',
    {
      config: { access: 'users.edit', verify: confirmation, onInvalid: userPage },
      schema: { params: IdParams, body: AnywhereForm },
    },
    async (request, reply) => {
      const anywhere = request.body.anywhere === 'yes'
      const submissionId = requireVerified(request)
      const id = await setAnywhere(app.db, actorOf(request), request.params.id, { anywhere, submissionId })
      const { firstName: name } = await userOfRequest(request)
      request.flash('notice', anywhere ? said.allowed({ name }) : said.limited({ name }))
      return reply.redirect(`/settings/users/${id}`, 303)
    },
  )
}

async function confirmation(request: FastifyRequest): Promise<Confirmation> {
  const user = await userOfRequest(request)
  const isAllowing = answersOf(request, AnywhereForm).anywhere === 'yes'
  const [full, first] = [{ name: fullName(user) }, { name: user.firstName }]
  return {
    heading: isAllowing ? said.allowing(full) : said.limiting(full),
    consequence: isAllowing ? said.consequence(first) : said.consequenceOff(first),
    rows: whoRows(user),
    back: words.users.cancel,
    button: isAllowing ? said.allow : said.limit,
    asksForCode: true,
  }
}
