import { DEMO_PASSWORD } from '../../src/demo/team.ts'
import { type Fields, hidden, type Visit, type Visitor } from './visitor.ts'

export const NEW_USER: Fields = {
  title: 'Ms',
  firstName: 'Nora',
  lastName: 'Lindgren',
  personEmail: 'nora@harbour.example',
  mobileNumber: '0491 570 156',
  timeZone: 'Australia/Perth',
  role: 'receptionist',
  isPractitioner: 'no',
}

/** Fills in Add user and presses Create user: the answer is the page Verify your password. */
export function askToAdd(visitor: Visitor, fields: Fields = {}): Promise<Visit> {
  return visitor.post('/settings/users', { ...NEW_USER, ...fields })
}

export function verify(visitor: Visitor, page: Visit, password = DEMO_PASSWORD): Promise<Visit> {
  return visitor.post('/settings/users', {
    signedForm: hidden(page, 'signedForm'),
    currentPassword: password,
  })
}
