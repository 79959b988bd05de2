import { sql } from 'kysely'
import { testClinic } from '../support/app.ts'
import t from '../support/tap.ts'
import { Visitor } from '../support/visitor.ts'

t.test(
  'a password that a receptionist chose five years ago still signs her in, and nobody asks for a new one',
  async (t) => {
    const { app, db, team } = await testClinic(t)
    await sql`
    update users set created_at = now() - interval '6 years', updated_at = now() - interval '5 years',
      joined_at = now() - interval '5 years', last_sign_in_at = now() - interval '1 day'
    where joined_at is not null`.execute(db)
    const rosa = new Visitor(app)
    const page = await rosa.follow(await rosa.signIn(team.receptionist))
    t.match(page, { status: 200, url: '/my-details' })
    t.notMatch(page.text, /expire|new password|too old/i)
    const columns = (await db.introspection.getTables()).flatMap(({ columns }) =>
      columns.map(({ name }) => name),
    )
    t.same(
      columns.filter((name) => /password.*(expir|chang|since|age)/i.test(name)),
      [],
      'no table knows how old one is',
    )
  },
)
