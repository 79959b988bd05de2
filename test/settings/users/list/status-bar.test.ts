import { sql } from 'kysely'
import { countUsers } from '../../../../src/settings/users/list/count-users.ts'
import { statusBar } from '../../../../src/settings/users/list/status-bar.ts'
import { type TestClinic, testClinic } from '../../../support/app.ts'
import { signedIn } from '../../../support/press.ts'
import t from '../../../support/tap.ts'

const clinicOf = ({ team }: TestClinic) => ({ clinicId: team.owner.clinicId, country: 'AU' })

const NO_DATES = { 'starts later': 0, 'access ended': 0 }

const partsOf = (html: string) =>
  [...html.matchAll(/<rect class="([\w-]+)" x="(\d+)" width="(\d+)"/g)].map(([, status, x, width]) => ({
    status,
    x: Number(x),
    width: Number(width),
  }))

t.test(
  'an administrator sees over the list how many are active, invited, expired and deactivated',
  async (t) => {
    const clinic = await testClinic(t)
    const adam = await signedIn(clinic, clinic.team.administrator)
    const page = await adam.get('/settings/users')
    t.match(page.text, 'Active 7 Invited 1 Invitation expired 1 Deactivated 1 Search')
    const parts = partsOf(page.html)
    t.same(
      parts.map(({ status }) => status),
      ['active', 'invited', 'invitation-expired', 'deactivated'],
    )
    t.equal(parts[0]?.width, 700, 'seven of ten')
    const leads = await adam.get('/settings/users?status=invitation+expired')
    t.match(leads.html, 'href="/settings/users?status=invitation+expired" aria-current="true"')
  },
)

t.test(
  'the numbers are those of this moment: an invitation expires without anybody doing anything',
  async (t) => {
    const clinic = await testClinic(t)
    const { db } = clinic
    await db.updateTable('invitations').set({ expiresAt: sql<Date>`now() - interval '1 second'` }).execute()
    const { byStatus } = await countUsers(db, clinicOf(clinic))
    t.same(byStatus, { active: 7, invited: 0, 'invitation expired': 2, ...NO_DATES, deactivated: 1 })
  },
)

t.test('a clinic of more than a thousand has no bar, because a picture of parts must be true', async (t) => {
  const clinic = await testClinic(t)
  const { db, team } = clinic
  const add = (count: number, state: string) =>
    sql`insert into users (clinic_id, first_name, last_name, sort_name, email, role, is_practitioner, time_zone,
        deactivated_at)
      select ${team.owner.clinicId}, 'Kim', 'Zeta', 'zeta', ${state} || n || '@zeta.example', 'scheduler', false, 'UTC',
        case when ${state} = 'gone' then now() end from generate_series(1, ${count}::int) as n`.execute(db)
  await add(991, 'here')
  t.same((await countUsers(db, clinicOf(clinic))).byStatus, {
    ...{ active: 7, invited: 1, 'invitation expired': 992, ...NO_DATES, deactivated: 1 },
  })
  await add(1, 'one')
  t.equal((await countUsers(db, clinicOf(clinic))).byStatus, null)
  const page = await (await signedIn(clinic, team.administrator)).get('/settings/users')
  t.same(partsOf(page.html), [])
})

t.test('too many who have left hide the bar, too', async (t) => {
  const clinic = await testClinic(t)
  const { db, team } = clinic
  await sql`insert into users (clinic_id, first_name, last_name, sort_name, email, role, is_practitioner, time_zone,
      deactivated_at)
    select ${team.owner.clinicId}, 'Kim', 'Zeta', 'zeta', n || '@zeta.example', 'scheduler', false, 'UTC', now()
    from generate_series(1, 1000) as n`.execute(db)
  t.equal((await countUsers(db, clinicOf(clinic))).byStatus, null)
})

t.test('one person among a thousand is still to be seen, and the parts fill the bar', async (t) => {
  const counts = { active: 998, invited: 1, 'invitation expired': 0, ...NO_DATES, deactivated: 1 }
  const parts = statusBar(counts, (status) => `?status=${status}`) ?? []
  t.equal(
    parts.reduce((sum, part) => sum + part.width, 0),
    1_000,
  )
  for (const part of parts) t.equal(part.width > 0, part.count > 0, part.status)
  t.equal(
    statusBar(null, () => ''),
    null,
  )
})

t.test('whoever is alone is told how to begin, and sees no bar', async (t) => {
  const clinic = await testClinic(t)
  const { db, team } = clinic
  const olivia = await signedIn(clinic, team.owner)
  await db.updateTable('users').set({ deactivatedAt: new Date() }).where('id', '!=', team.owner.id).execute()
  const page = await olivia.get('/settings/users')
  t.match(page.text, 'It’s just you so far They’ll get an email')
  t.same(partsOf(page.html), [])
})
