import { labels } from './labels.ts'

type Email = { email: string }
type File = { file: string }
type Folder = { folder: string }

/** What the commands and a start in a terminal say to whoever runs Frontdesk. */
export const terminal = {
  startUp: {
    running: 'Frontdesk is running. Press Ctrl-C to stop.',
    open: 'Open it at',
    setUp: 'First, set up the clinic',
    newClinic: 'Set up a clinic',
    invite: 'npm run clinic -- invite EMAIL',
    signIn: 'Sign in with',
    demo: ({ email, password }: { email: string; password: string }) =>
      `${email} and the password: ${password}`,
    captured: 'Email is captured; read it at',
    data: 'Data directory',
    database: ({ host, path }: { host: string; path: string }) => `PostgreSQL, ${host}${path}`,
  },
  portTaken: (port: number | undefined) => `Port ${port} is taken. Set PORT to another one.`,
  couldNotStart: (why: string | undefined) => `Frontdesk could not start. ${why}`,
  notStartedYet: 'Frontdesk has not been started with this database yet.',
  alreadySetUp: 'The clinic is already set up, so there’s no link.',

  passwords: {
    report: (lines: string[]) => `Passwords: ${lines.join(' ')}`,
    old: (count: number) =>
      `${count} still need the old secret; each is renewed at the next sign-in. Keep SECRET=new,old.`,
    unnamed: (count: number) =>
      `${count} were made by an older version and don’t name their secret; each is renewed at the next sign-in.`,
    lost: (count: number) =>
      `${count} were made with a secret that is missing: these people need “${labels.forgotten}”.`,
    otherSecret:
      'The secret (SECRET, or the file “secret” in DATA_DIR) is not the one that the passwords in the database were made with. Put that one back; to change it, SECRET=new,old. Only if it is lost for good, set SECRET_LOST=yes: everyone then chooses a new password.',
  },

  twoStep: {
    usage: 'Usage: npm run two-step -- reset EMAIL',
    nobody: ({ email }: Email) => `No active person has the address ${email}.`,
    nothing: ({ email }: Email) => `${email} has no two-step sign-in to reset.`,
    done: ({ email }: Email) =>
      `The two-step sign-in of ${email} has been reset. A link to set it up again is on its way to that address.`,
  },

  networks: {
    usage: 'Usage: npm run networks -- clear [CLINIC]',
    unknown: 'There is no such clinic.',
    which: (labels: string[]) => `Name the clinic: ${labels.join(', ')}`,
    nothing: ({ name }: { name: string }) => `${name} limits nobody to its networks.`,
    done: ({ name }: { name: string }) =>
      `Everyone at ${name} can sign in from anywhere. Its list of networks is kept, under Settings > Clinic > Networks.`,
  },

  backup: {
    ownDatabase: 'DATABASE_URL is set. Back up that PostgreSQL with its own pg_dump.',
    written: ({ rows, file }: File & { rows: number }) => `${rows} rows are in ${file}`,
    withoutSecret: 'SECRET isn’t in it. Keep SECRET as well: without it, no password or link works.',
    withSecret:
      'The secret is in it too. Anyone who has this file can sign in as anyone, so store it like a key.',
  },
  restore: {
    usage:
      'npm run restore -- FILE             into an empty DATA_DIR\nnpm run restore -- FILE --replace   moves aside what is there',
    ownDatabase: 'DATABASE_URL is set. A backup is restored into DATA_DIR, the embedded database.',
    done: ({ rows, createdAt, folder }: Folder & { rows: number; createdAt: string }) =>
      `${rows} rows from ${createdAt} are in ${folder}`,
    replaced: (folder: string) => `What was there before is in ${folder}`,
    noSecret: 'The backup holds no secret. Set SECRET as it was, or no password or link works.',
    secretGiven: 'SECRET is set and will be used instead of the secret in the backup.',
  },
  outbox: {
    usage: `npm run outbox               what is waiting, in flight, and failed
npm run outbox -- retry      puts everything that failed back into the queue
npm run outbox -- retry 17   only that one`,
    retried: (count: number) => `Back in the queue: ${count}\n`,
    waiting: (count: number) => `Waiting    ${count}`,
    inFlight: (count: number) => `In flight  ${count}`,
    failed: (count: number) => `Failed     ${count}`,
    oldest: ({ id, since, times, why }: { id: string; since: string; times: number; why: string | null }) =>
      `Oldest     ${id}, since ${since}, tried ${times} times${why ? `: ${why}` : ''}`,
    failures: 'Latest failures:',
    failure: ({ id, at, kind, recipient, why }: Record<'id' | 'at' | 'kind' | 'recipient' | 'why', string>) =>
      `  ${id}  ${at}  ${kind} to ${recipient}: ${why}`,
  },
}
