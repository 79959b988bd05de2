import t from '../support/tap.ts'
import { walkThrough } from './walk.ts'

t.test('a clinic is set up, a colleague invited, and she joins and signs in, without JavaScript', (t) =>
  walkThrough(t, false),
)
