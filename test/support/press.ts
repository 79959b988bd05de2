import type { User } from '../../src/database/schema.ts'
import { DEMO_PASSWORD } from '../../src/demo/team.ts'
import type { TestApp } from './app.ts'
import { type Fields, hidden, type Visit, Visitor } from './visitor.ts'

export async function signedIn({ app }: TestApp, user: User, origin?: string): Promise<Visitor> {
  const visitor = new Visitor(app, origin)
  await visitor.signIn(user)
  return visitor
}

/** Presses a button that asks for the password, and gives it; stops where no password was asked. */
export async function pressAndVerify(visitor: Visitor, path: string, fields: Fields = {}): Promise<Visit> {
  const lastLook = await visitor.post(path, fields)
  if (lastLook.status !== 200) return lastLook
  return visitor.post(path, { signedForm: hidden(lastLook, 'signedForm'), currentPassword: DEMO_PASSWORD })
}
