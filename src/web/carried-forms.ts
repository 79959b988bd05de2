import type { FastifyReply, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import type { Config } from '../config.ts'
import { signInPage } from '../sessions/sign-in-page.ts'
import { type Fields, FORM_MAX_BYTES, fieldsOf, formOf, withoutPasswords } from './forms.ts'
import { openSeal, type SealPurpose, sealForm } from './seal.ts'
import { FILE_LOST, isUpload } from './uploads.ts'

/** It comes back in the sign-in form, with the answers to that. */
const CARRIED_MAX_LENGTH = FORM_MAX_BYTES - 4_000

declare module 'fastify' {
  interface FastifyRequest {
    /** The form was typed before signing in: it is checked and shown like any other, and never acts by itself. */
    resumed: { wantsForm: boolean } | null
  }
}

/** A form whose session ran out is not lost: it goes through sign-in under a seal and comes back filled in. */
export const carriedForms = fp(
  async (app, { config }: { config: Config }) => {
    app.decorateRequest('resumed', null)

    // What could not be carried is not read. An upload's fields are, and its reader keeps to the same length.
    app.addHook('preParsing', async (request, reply) => {
      if (request.needsSignIn && !isUpload(request) && !isShort(request))
        return askToSendAgain(request, reply)
    })

    app.addHook('preValidation', async (request, reply) => {
      if (!request.needsSignIn) return unpackResumed(request, config)
      const carried = sealForm(config.keys.seals, {
        purpose: 'carry',
        lineage: '',
        url: request.url,
        fields: typedFields(request, config),
      })
      if (request.isUploadCut || carried.length > CARRIED_MAX_LENGTH) return askToSendAgain(request, reply)
      const fileLost = fieldsOf(request)[FILE_LOST]
      return signInPage(request, reply.code(401), formOf({ carried, fileLost }))
    })

    // Once the schema and the rules are kept. Where there is a last look, that is shown next.
    app.addHook('preHandler', async (request, reply) => {
      if (!request.resumed) return
      const { verify } = request.routeOptions.config
      if (request.resumed.wantsForm || !verify) return showResumed(request, reply)
    })
  },
  { name: 'carried-forms', dependencies: ['same-origin', 'forms'] },
)

function isShort({ headers }: FastifyRequest): boolean {
  return !headers['transfer-encoding'] && Number(headers['content-length'] ?? 0) <= FORM_MAX_BYTES
}

function askToSendAgain(request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
  return signInPage(request, reply.code(401), formOf({ next: request.url, isTooLong: 'yes' }))
}

/** The form as it was typed; a mere button is left to be pressed again. */
export async function showResumed(request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
  const { onInvalid } = request.routeOptions.config
  if (onInvalid) return onInvalid(request, reply, formOf(request.body))
  request.flash(
    'warning',
    'You were signed out before, so nothing has been done. Press the button once more.',
  )
  return reply.redirect('/', 303)
}

function unpackResumed(request: FastifyRequest, { keys }: Config): void {
  const body = fieldsOf(request)
  const { url, session } = request
  const form = openSeal(keys.seals, body.sealed, { purpose: 'resume', url, lineage: session?.lineage ?? '' })
  if (!form) return
  request.resumed = { wantsForm: body.change !== undefined }
  request.body = form.fields
}

/** On the pages Verify your password and Welcome back the typed form is itself under a seal. */
function typedFields(request: FastifyRequest, config: Config): Fields {
  const body = fieldsOf(request)
  const { url } = request
  const open = (purpose: SealPurpose) => openSeal(config.keys.seals, body.sealed, { purpose, url })
  const sealed = open('verify') ?? open('resume')
  return sealed?.fields ?? withoutPasswords(body)
}
