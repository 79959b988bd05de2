import type { FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import type { Config } from '../config.ts'
import { signInPage } from '../sessions/sign-in-page.ts'
import { type Fields, FORM_MAX_BYTES, formOf, withoutPasswords } from './forms.ts'
import { openSeal, sealForm } from './seal.ts'

/** It comes back in the sign-in form, with the answers to that. */
const CARRIED_MAX_LENGTH = FORM_MAX_BYTES - 4_000

/** A form whose session ran out is not lost: it goes through sign-in under a seal and comes back filled in. */
export const carriedForms = fp(
  async (app, { config }: { config: Config }) => {
    app.addHook('preValidation', async (request, reply) => {
      if (!request.needsSignIn) return
      const carried = sealForm(config.keys.seals, {
        purpose: 'carry',
        lineage: '',
        url: request.url,
        fields: typedFields(request, config),
      })
      const isTooLong = carried.length > CARRIED_MAX_LENGTH
      const form = isTooLong ? { next: request.url, isTooLong: 'yes' } : { carried }
      return signInPage(request, reply.code(401), formOf(form))
    })
  },
  { name: 'carried-forms', dependencies: ['same-origin', 'forms'] },
)

/** On the page Verify your password the typed form is itself under a seal. */
function typedFields(request: FastifyRequest, config: Config): Fields {
  const body = request.body as Fields | undefined
  const sealed = openSeal(config.keys.seals, body?.sealed, { purpose: 'verify', url: request.url })
  return sealed?.fields ?? withoutPasswords(body)
}
