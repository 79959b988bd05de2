import type { FastifyReply, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import type { Config } from '../config.ts'
import { showRestored } from '../sessions/restored-form.ts'
import { sessionIdOf } from '../sessions/session-of-request.ts'
import { type Fields, FORM_MAX_BYTES, fieldsOf, formOf, withoutPasswords } from '../web/forms.ts'
import { openSignedForm, type SigningPurpose, signForm } from '../web/signed-forms.ts'
import { FILE_LOST, isUpload } from '../web/uploads.ts'
import { signInPage } from './sign-in-page.ts'

/** It comes back in the sign-in form, with the answers to that. */
const INTERRUPTED_MAX_LENGTH = FORM_MAX_BYTES - 4_000

/** When a session expires under a form, it goes through sign-in signed and comes back filled in. */
export const interruptedForms = fp(
  async (app, { config }: { config: Config }) => {
    app.decorateRequest('restored', null)

    // Too long to bring back, so don't read it. Uploads are read, and their reader has the same limit.
    app.addHook('preParsing', async (request, reply) => {
      const isUnread = request.needsSignIn && !isUpload(request) && !isShort(request)
      return isUnread ? askToSendAgain(request, reply) : undefined
    })

    app.addHook('preValidation', async (request, reply) => {
      if (!request.needsSignIn) return restoreForm(request, config)
      const interrupted = signForm(config.keys.forms, {
        purpose: 'interrupted',
        sessionId: '',
        url: request.url,
        fields: typedFields(request, config),
      })
      if (request.isUploadCut || interrupted.length > INTERRUPTED_MAX_LENGTH)
        return askToSendAgain(request, reply)
      const fileLost = fieldsOf(request)[FILE_LOST]
      return signInPage(request, reply.code(401), formOf({ interrupted, fileLost }))
    })

    // The schema and rules have passed. If there's a confirmation, it comes next.
    app.addHook('preHandler', async (request, reply) => {
      const { verify } = request.routeOptions.config
      const isShown = request.restored?.wantsForm || (request.restored && !verify)
      return isShown ? showRestored(request, reply) : undefined
    })
  },
  { name: 'interrupted-forms', dependencies: ['same-origin', 'forms'] },
)

function isShort({ headers }: FastifyRequest): boolean {
  return !headers['transfer-encoding'] && Number(headers['content-length'] ?? 0) <= FORM_MAX_BYTES
}

function askToSendAgain(request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
  return signInPage(request, reply.code(401), formOf({ next: request.url, isTooLong: 'yes' }))
}

function restoreForm(request: FastifyRequest, { keys }: Config): void {
  const body = fieldsOf(request)
  const { url } = request
  const form = openSignedForm(keys.forms, body.signedForm, {
    purpose: 'restore',
    url,
    sessionId: sessionIdOf(request),
  })
  if (!form) return
  request.restored = { wantsForm: body.change !== undefined }
  request.body = form.fields
}

/** On the pages Verify your password and Welcome back the typed form is itself signed. */
function typedFields(request: FastifyRequest, config: Config): Fields {
  const body = fieldsOf(request)
  const { url } = request
  const open = (purpose: SigningPurpose) =>
    openSignedForm(config.keys.forms, body.signedForm, { purpose, url })
  const opened = open('verify') ?? open('restore')
  return opened?.fields ?? withoutPasswords(body)
}
