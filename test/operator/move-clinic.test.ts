import { type Database, openDatabase } from '../../src/database/database.ts'
import { keepToIdRange } from '../../src/database/id-range.ts'
import { demoClinic, type Team } from '../../src/demo/team.ts'
import { dropMoved } from '../../src/operator/drop-moved.ts'
import { moveClinic } from '../../src/operator/move-clinic.ts'
import { sweep } from '../../src/sweep.ts'
import { freshApp, type TestApp } from '../support/app.ts'
import { MANY, originOf } from '../support/bare-host.ts'
import { joinPath } from '../support/invitations.ts'
import { deliverDueEmails } from '../support/outbox.ts'
import { pressAndVerify, signedIn } from '../support/press.ts'
import t from '../support/tap.ts'
import { type Visit, Visitor } from '../support/visitor.ts'

const SEEDS = 20
const LOG = { info() {}, warn() {}, error() {} }

/** Two installations that share a SECRET, and give ids of their own. */
async function twoInstallations(t: Parameters<typeof freshApp>[0]) {
  const [here, there] = [await freshApp(t, MANY), await freshApp(t, MANY)]
  const urls = { from: here.ownerUrl(), to: there.ownerUrl() }
  await keepToIdRange(urls.to, 1)
  return { here, there, ...urls }
}

const NEW_USER = {
  lastName: 'Lee',
  role: 'receptionist',
  isPractitioner: 'no',
  timeZone: 'Australia/Melbourne',
}

const added = (visitor: Visitor, firstName: string) =>
  pressAndVerify(visitor, '/settings/users', {
    ...{ ...NEW_USER, firstName, personEmail: `${firstName.toLowerCase()}@work.example` },
  })

const wait = (visit: Visit) => [403, 503].includes(visit.status)

/** Adds people and signs in until the door is closed; what was confirmed is remembered. */
async function workUntilClosed(here: TestApp, team: Team, label: string, seed: number) {
  const confirmed = { people: [] as string[], signIns: 0 }
  const adding = async () => {
    const adam = await signedIn(here, team.administrator, originOf(label))
    for (let number = 0; number < 200; number++) {
      const firstName = `P${seed}x${number}`
      const visit = await added(adam, firstName)
      if (visit.status === 303) confirmed.people.push(firstName)
      if (wait(visit)) return
    }
  }
  const signingIn = async () => {
    for (let number = 0; number < 200; number++) {
      const visit = await new Visitor(here.app, originOf(label)).signIn(team.scheduler)
      if (visit.status === 303) confirmed.signIns++
      if (wait(visit)) return
    }
  }
  await Promise.all([adding(), signingIn()])
  return confirmed
}

async function countOf(db: Database, clinicId: string): Promise<number> {
  const users = db.selectFrom('users').select('id').where('clinicId', '=', clinicId)
  return (await users.execute()).length
}

t.test(
  'a clinic moves while people work in it and in its neighbour: nothing confirmed is lost',
  async (t) => {
    const { here, there, from, to } = await twoInstallations(t)
    const neighbour = await demoClinic(here.db, here.passwords, 'Neighbour')
    const total = { people: 0, signIns: 0 }
    for (let seed = 1; seed <= SEEDS; seed++) {
      const label = `moving-${seed}`
      const team = await demoClinic(here.db, here.passwords, label)
      const { clinicId } = team.owner
      const rosa = await signedIn(here, team.receptionist, originOf(label))
      const join = await joinPath(here.db, here.config, team.invited)
      const work = workUntilClosed(here, team, label, seed)
      const beside = signedIn(here, neighbour.administrator, originOf('neighbour')).then((nadia) =>
        added(nadia, `N${seed}`),
      )
      await new Promise((resolve) => setTimeout(resolve, (seed * 37) % 200))
      await moveClinic(from, to, label)
      const confirmed = await work
      total.people += confirmed.people.length
      total.signIns += confirmed.signIns
      t.equal((await beside).status, 303, 'next door nobody notices')

      const names = there.db.selectFrom('users').select('firstName').where('clinicId', '=', clinicId)
      const arrived = new Set((await names.execute()).map(({ firstName }) => firstName))
      t.same(
        confirmed.people.filter((name) => !arrived.has(name)),
        [],
        `seed ${seed}: of ${confirmed.people.length} people`,
      )
      const events = there.db.selectFrom('events').select('id').where('clinicId', '=', clinicId)
      const signIns = await events
        .where('action', '=', 'signed-in')
        .where('actorId', '=', team.scheduler.id)
        .execute()
      t.ok(signIns.length >= confirmed.signIns, `seed ${seed}: ${confirmed.signIns} sign-ins`)

      const rosaThere = new Visitor(there.app, originOf(label))
      for (const [name, value] of rosa.cookies) rosaThere.cookies.set(name, value)
      t.match(
        await rosaThere.get('/my-details'),
        { status: 200, text: team.receptionist.email },
        'sessions go on',
      )
      t.equal(
        (await new Visitor(there.app, originOf(label)).signIn(team.bookkeeper)).status,
        303,
        'passwords work',
      )
      t.equal((await new Visitor(there.app, originOf(label)).get(join)).status, 303, 'links work')
      t.equal((await events.where('action', '=', 'clinic.rehoused').execute()).length, 1)
      t.match(await rosa.get('/my-details'), { status: 403, text: 'It has moved to another machine.' })
      const adam = await signedIn(there, team.administrator, originOf(label))
      t.equal((await added(adam, `Later${seed}`)).status, 303)
    }
    // Whoever was on the way in is answered 503, and the log says why.
    const refused = here.logged.splice(0).map(({ err }) => (err as Error | undefined)?.message)
    t.same(
      refused.filter((message) => message !== 'this clinic is being moved to another installation'),
      [],
    )
    t.ok(total.people >= 5 && total.signIns >= SEEDS, `${total.people} people, ${total.signIns} sign-ins`)
    const ids = async ({ db }: TestApp) =>
      (await db.selectFrom('users').select('id').execute()).map(({ id }) => id)
    const later = (await ids(there)).filter((id) => BigInt(id) >= 1n << 40n)
    t.ok(later.length >= SEEDS, 'who was added there has ids that are never given here')
    await deliverDueEmails({ db: here.db, config: here.config, log: LOG })
    await sweep(here.db)
    t.equal((await signedIn(here, neighbour.owner, originOf('neighbour'))) instanceof Visitor, true)
  },
)

t.test('what is refused changes nothing here', async (t) => {
  const { here, there, from, to } = await twoInstallations(t)
  const team = await demoClinic(here.db, here.passwords)
  const label = 'harbour-street-clinic'
  await t.rejects(moveClinic(from, to, 'nowhere'), { message: 'There is no clinic nowhere.' })
  await t.rejects(moveClinic(from, from, label), { message: /^The other installation has a clinic/ })
  await demoClinic(there.db, there.passwords)
  await t.rejects(moveClinic(from, to, label), { message: /^The other installation has a clinic/ })
  await t.rejects(dropMoved(from, label), { message: /has been moved away/ })
  const adam = await signedIn(here, team.administrator, originOf(label))
  t.equal((await added(adam, 'Stays')).status, 303)
})

t.test('a copy that breaks off leaves the clinic where it was, open', async (t) => {
  const { here, there, from, to } = await twoInstallations(t)
  const team = await demoClinic(here.db, here.passwords)
  const label = 'harbour-street-clinic'
  // Somebody there has the id of one of its rows.
  const other = await demoClinic(there.db, there.passwords, 'Other')
  const owner = openDatabase(to)
  t.teardown(() => owner.destroy())
  await owner.insertInto('labels').values({ label: 'kept', givenTo: other.owner.clinicId }).execute()
  await here.db
    .insertInto('labels')
    .values({ label: 'kept', givenTo: team.owner.clinicId, replacedAt: new Date() })
    .execute()
  await t.rejects(moveClinic(from, to, label), { message: /kept/ })
  t.equal(await countOf(there.db, team.owner.clinicId), 0)
  const adam = await signedIn(here, team.administrator, originOf(label))
  t.equal((await added(adam, 'Stays')).status, 303)
})

t.test(
  'what stayed behind is dropped, and its neighbour and the label’s new home are not touched',
  async (t) => {
    const { here, there, from, to } = await twoInstallations(t)
    const team = await demoClinic(here.db, here.passwords)
    const neighbour = await demoClinic(here.db, here.passwords, 'Neighbour')
    await moveClinic(from, to, 'harbour-street-clinic')
    t.ok((await dropMoved(from, 'harbour-street-clinic')) >= 17)
    t.equal(await countOf(here.db, team.owner.clinicId), 0)
    t.equal(await countOf(here.db, neighbour.owner.clinicId), 10)
    t.equal(await countOf(there.db, team.owner.clinicId), 10)
    t.equal((await new Visitor(here.app, originOf('harbour-street-clinic')).get('/sign-in')).status, 404)
    t.equal((await new Visitor(there.app, originOf('harbour-street-clinic')).get('/sign-in')).status, 200)
    await moveClinic(to, from, 'harbour-street-clinic')
    t.equal(
      (await new Visitor(here.app, originOf('harbour-street-clinic')).signIn(team.owner)).status,
      303,
      'and back',
    )
  },
)
