import type { FastifyRequest } from 'fastify'
import { type Static, Type } from 'typebox'
import { ShortText } from '../users/fields.ts'
import { words } from '../words/en.ts'
import { partyOf, takeOffer } from './passkey-of-request.ts'
import type { NewPasskey } from './passkeys.ts'
import { checkCreation } from './webauthn.ts'

const LABEL_MAX_LENGTH = 40
/** Several times what any browser answers. */
export const ANSWER_MAX_LENGTH = 16_000

export const PasskeyForm = Type.Object(
  { label: ShortText(LABEL_MAX_LENGTH), passkey: Type.String({ maxLength: ANSWER_MAX_LENGTH }) },
  { additionalProperties: false },
)

/** The passkey that the browser made for what this session offered it; null if it isn't one. */
export async function passkeyOf(
  request: FastifyRequest,
  { label, passkey: answer }: Static<typeof PasskeyForm>,
): Promise<NewPasskey | null> {
  const party = partyOf(request)
  const challenge = takeOffer(request)
  const credential = challenge && (await checkCreation(party, challenge, answer))
  return credential ? { label: label || words.twoStep.passkeys.usualLabel, party, credential } : null
}
