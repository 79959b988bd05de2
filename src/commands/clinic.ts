import { resolve } from 'node:path'
import { loadConfig } from '../config.ts'
import { type Database, openDatabase } from '../database/database.ts'
import { joinEmbedded } from '../database/embedded.ts'
import { inviteToSetUp } from '../new-clinic/clinic-invitations.ts'
import { dropMoved } from '../operator/drop-moved.ts'
import { type ClinicSummary, findClinicLabelled, listClinics } from '../operator/find-clinics.ts'
import { moveClinic } from '../operator/move-clinic.ts'
import {
  closeByOperator,
  exportByOperator,
  keepByOperator,
  limitClinic,
  resumeClinic,
  suspendClinic,
} from '../operator/suspend-clinic.ts'
import { emailProblem } from '../users/email-rules.ts'
import { clinicCommand as said } from '../words/en/clinic-command.ts'
import { moveWords } from '../words/en/move-clinic.ts'
import { failWith } from './command-errors.ts'

type Verb = (db: Database, clinic: ClinicSummary, words: string[]) => Promise<string>

/** What is said is what was done. */
const VERBS: Record<string, Verb> = {
  show: async (_db, clinic) => said.shown(clinic),
  suspend: async (db, { id, name }, words) => {
    if (words.length === 0) throw new Error(said.reasonMissing)
    return (await suspendClinic(db, id, words.join(' '))) ? said.suspended({ name }) : said.asBefore({ name })
  },
  resume: async (db, { id, name }) =>
    (await resumeClinic(db, id)) ? said.resumed({ name }) : said.asBefore({ name }),
  end: async (db, { id, name }) =>
    (await closeByOperator(db, id)) ? said.ended({ name }) : said.asBefore({ name }),
  keep: async (db, { id, name }) =>
    (await keepByOperator(db, id)) ? said.kept({ name }) : said.asBefore({ name }),
  limit: async (db, { id, name }, words) => {
    const [usersMax, invitationsDailyMax] = [limitIn(words[0]), limitIn(words[1])]
    await limitClinic(db, id, { usersMax, invitationsDailyMax })
    return said.limited({ name, usersMax, invitationsDailyMax })
  },
  export: async (db, { id, label }, [given]) => {
    const file = resolve(given ?? `${label}.jsonl.gz`)
    return said.exported({ rows: await exportByOperator(db, id, file), file })
  },
}

await run(process.argv.slice(2)).catch(failWith)

async function run([verb = '', named = '', ...rest]: string[]): Promise<void> {
  const config = loadConfig()
  const embedded = config.databaseUrl ? null : await joinEmbedded(config.dataDir)
  const ownerUrl = config.databaseOwnerUrl ?? config.databaseUrl ?? embedded?.connectionString ?? ''
  const db = openDatabase(config.databaseUrl ?? embedded?.connectionString ?? '', { isPatient: true })
  try {
    const others = await carryElsewhere(ownerUrl, verb, named, rest)
    console.log(others ?? (await carryOut(db, config.hasManyClinics, verb, named, rest)))
  } finally {
    await db.destroy()
    await embedded?.stop()
  }
}

/** What takes the role that owns the tables. */
async function carryElsewhere(
  ownerUrl: string,
  verb: string,
  label: string,
  [option, to]: string[],
): Promise<string | null> {
  if (verb === 'drop' && label) return moveWords.dropped({ label, rows: await dropMoved(ownerUrl, label) })
  if (verb !== 'move') return null
  if (!label || option !== '--to' || !to) throw new Error(said.usage)
  return moveWords.moved(await moveClinic(ownerUrl, to, label))
}

async function carryOut(
  db: Database,
  hasManyClinics: boolean,
  verb: string,
  named: string,
  rest: string[],
): Promise<string> {
  if (verb === 'list') return said.list(await listClinics(db))
  if (verb === 'invite') {
    if (!hasManyClinics) throw new Error(said.onlyOne)
    const wrong = named ? emailProblem(named) : said.usage
    if (wrong) throw new Error(wrong)
    await db.transaction().execute((trx) => inviteToSetUp(trx, named))
    return said.invited({ email: named })
  }
  const wanted = Object.hasOwn(VERBS, verb) ? VERBS[verb] : undefined
  if (!wanted || !named) throw new Error(said.usage)
  const clinic = await findClinicLabelled(db, named)
  if (!clinic) throw new Error(said.unknown({ label: named }))
  return wanted(db, clinic, rest)
}

function limitIn(word: string | undefined): number | null {
  if (word === 'none') return null
  if (!/^[1-9]\d{0,6}$/.test(word ?? '')) throw new Error(said.usage)
  return Number(word)
}
