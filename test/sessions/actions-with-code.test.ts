import { NEW_USER } from '../support/add-user.ts'
import { testClinic } from '../support/app.ts'
import { askToStart, draftOf, HEAD } from '../support/imports.ts'
import { pressAndVerify } from '../support/press.ts'
import { SECOND_STEP, withApp } from '../support/second-step.ts'
import t from '../support/tap.ts'
import { type Fields, hidden, type Visit } from '../support/visitor.ts'

t.test(
  'what gives somebody more, or takes their second step, asks for a code; the rest does not',
  async (t) => {
    const clinic = await testClinic(t)
    const { db, team } = clinic
    const { visitor: olivia } = await withApp(clinic, team.owner)
    const { id: appId } = await db.selectFrom('codeApps').select('id').executeTakeFirstOrThrow()
    await withApp(clinic, team.receptionist)
    await db
      .updateTable('sessions')
      .set({ secondStepAt: new Date(Date.now() - 16 * 60_000) })
      .execute()
    await pressAndVerify(olivia, `${page('bookkeeper')}/deactivation`)
    await db
      .updateTable('users')
      .set({ role: 'administrator' })
      .where('id', '=', team.bookkeeper.id)
      .execute()
    const networks = { network1: '203.0.113.0/24', networkLabel1: 'Front office' }
    const version = hidden(await olivia.get('/settings/clinic/networks'), 'version')

    const asking: Record<string, () => Promise<Visit>> = {
      'a new administrator': () => olivia.post('/settings/users', { ...NEW_USER, role: 'administrator' }),
      'a list with one': async () =>
        askToStart(olivia, await draftOf(olivia, `${HEAD}\nKim\tKo\tkim@many.example\tAdministrator\tNo`)),
      'a higher role': () => newRole('power receptionist'),
      'a new owner': () => olivia.post(`${page('administrator')}/ownership`),
      'an administrator who comes back': () => olivia.post(`${page('bookkeeper')}/reactivation`),
      'another person’s email': () =>
        olivia.post(`${page('scheduler')}/address`, { personEmail: 'sven@elsewhere.example' }),
      'that of someone who hasn’t joined': () =>
        olivia.post(`${page('invited')}/address`, { personEmail: 'ivan@elsewhere.example' }),
      'that of someone who lost it': () =>
        olivia.post(`${page('scheduler')}/replace-email`, {
          ...{ personEmail: 'sven@elsewhere.example', identifiedBy: 'in person' },
        }),
      'a reset': () =>
        olivia.post(`${page('receptionist')}/second-step/reset`, { identifiedBy: 'in person' }),
      'from anywhere': () => olivia.post(`${page('scheduler')}/anywhere`, { anywhere: 'yes' }),
      'the clinic’s rule': () =>
        olivia.post('/settings/clinic/second-step', { twoStep: 'nobody', rememberDays: '30' }),
      'its networks': () => olivia.post('/settings/clinic/networks', { version, ...networks }),
      'an app of one’s own': () => olivia.post(`${SECOND_STEP}/app/start`),
      'a passkey of one’s own': () => olivia.post(`${SECOND_STEP}/passkeys/start`),
      'its removal': () => olivia.post(`${SECOND_STEP}/${appId}/remove`),
      'new recovery codes': () => olivia.post(`${SECOND_STEP}/recovery-codes`),
    }
    for (const [what, ask] of Object.entries(asking)) t.equal(askedOn(await ask()), 'password and code', what)

    const others: Record<string, () => Promise<Visit>> = {
      'a new receptionist': () => olivia.post('/settings/users', NEW_USER),
      'a lower role': () => newRole('scheduler'),
      'someone’s last day': () => olivia.post(`${page('scheduler')}/deactivation`),
      'signing someone out': () => olivia.post(`${page('scheduler')}/sign-out`),
      'a link for a new password': () => olivia.post(`${page('scheduler')}/password-link`),
    }
    for (const [what, ask] of Object.entries(others)) t.equal(askedOn(await ask()), 'password', what)

    function page(member: keyof typeof team): string {
      return `/settings/users/${team[member].id}`
    }

    async function newRole(role: string): Promise<Visit> {
      const path = page('receptionist')
      const { firstName, lastName, timeZone } = team.receptionist
      const answers: Fields = {
        title: '',
        firstName,
        lastName,
        timeZone,
        isPractitioner: 'no',
        profession: '',
      }
      const phone = { phoneType1: 'mobile', phoneNumber1: '' }
      const form = await olivia.get(`${path}/edit`)
      return olivia.post(path, { ...answers, ...phone, version: hidden(form, 'version'), role })
    }
  },
)

function askedOn({ status, html }: Visit): string {
  if (status !== 200 || !html.includes('name="currentPassword"')) return `${status}`
  return html.includes('name="code"') ? 'password and code' : 'password'
}
