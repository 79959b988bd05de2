import t from '../support/tap.ts'
import type { Processes } from './processes.ts'
import { Team } from './team.ts'

t.test('a password whose answer was lost stays possible while an older one still works', async (t) => {
  const team = new Team({} as Processes)
  const person = team.named('rosa@clinic.example')
  person.passwords = ['the old one']
  team.mayHaveChosen(person, 'the lost one')
  team.hasWorked(person, 'the old one')
  t.same(person.passwords, ['the old one', 'the lost one'], 'the request may only now arrive')
  team.nextRound()
  team.hasWorked(person, 'the lost one')
  t.same(person.passwords, ['the lost one'])
})
