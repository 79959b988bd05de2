import { type Static, Type } from 'typebox'
import { encode } from 'uqr'
import type { Problem } from '../refusal.ts'
import { problem } from '../refusal.ts'
import { ShortText } from '../users/fields.ts'
import { words } from '../words/en.ts'
import type { NewApp } from './code-apps.ts'
import type { OpenedApp } from './pending-app.ts'
import { acceptedStep, base32, clockOffMinutes, otpauthUri } from './totp.ts'

const LABEL_MAX_LENGTH = 40
const LONGEST_CODE = 100
const said = words.twoStep.setUp
const SECRET_GROUPS = /.{1,4}/g

export const AppForm = Type.Object(
  {
    label: ShortText(LABEL_MAX_LENGTH),
    code: Type.String({
      minLength: 1,
      maxLength: LONGEST_CODE,
      message: { minLength: said.enterCode, maxLength: said.enterCode },
    }),
  },
  { additionalProperties: false },
)

/** What the page Set up an app shows of a secret. */
export interface ShownSecret {
  qr: { size: number; path: string }
  secret: string
  /** Opens an app on this device. */
  uri: string
}

export function shownSecret(secret: Buffer, of: { clinicName: string; email: string }): ShownSecret {
  const uri = otpauthUri(secret, of)
  const { size, data } = encode(uri)
  const squares = data.flatMap((row, y) => row.flatMap((isDark, x) => (isDark ? [`M${x} ${y}h1v1h-1z`] : [])))
  return {
    qr: { size, path: squares.join('') },
    secret: (base32(secret).match(SECRET_GROUPS) ?? []).join(' '),
    uri,
  }
}

/** The app whose code was typed, or what is wrong with the code. */
export function appOf({ id, secret }: OpenedApp, { label, code }: Static<typeof AppForm>): NewApp | Problem {
  const time = Date.now()
  const usedStep = acceptedStep(secret, code, time)
  if (usedStep !== null) return { id, label: label || said.usualLabel, secret, usedStep }
  const minutes = clockOffMinutes(secret, code, time)
  return minutes ? problem('code', 'clockOff', { minutes }) : problem('code', 'wrongCode')
}
