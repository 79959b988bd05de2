import { CAST_PASSWORD } from '../../src/database/cast.ts'
import { type Fields, hidden, type Visit, type Visitor } from './visitor.ts'

/** Presses a button that asks for the password, and gives it; stops where no password was asked. */
export async function pressAndProve(visitor: Visitor, path: string, fields: Fields = {}): Promise<Visit> {
  const lastLook = await visitor.post(path, fields)
  if (lastLook.status !== 200) return lastLook
  return visitor.post(path, { sealed: hidden(lastLook, 'sealed'), currentPassword: CAST_PASSWORD })
}
