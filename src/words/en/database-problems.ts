type File = { file: string }
type Folder = { folder: string }

const wholeCopy = 'Put back a whole copy of the folder, or npm run restore -- FILE --replace.'
const otherVersion =
  'The data comes from another version of Frontdesk, with migrations that are not known here.'

/** What stops a start, a backup or a restore, in one line. */
export const databaseProblems = {
  oldServer: ({ version, oldest }: { version: string; oldest: number }) =>
    `DATABASE_URL names PostgreSQL ${version}, and Frontdesk needs version ${oldest} or newer.`,
  encoding: ({ name, encoding }: { name: string; encoding: string }) =>
    `The database ${name} is encoded in ${encoding}, which cannot hold every name. Make one with: create database NAME encoding 'UTF8' template template0; and set DATABASE_URL to it.`,
  server: (reason: string) => `The PostgreSQL server ${reason}`,
  readOnly: 'accepts no writes',
  noneWritable: (reasons: string[]) => `No PostgreSQL of DATABASE_URL can be used: ${reasons.join('; ')}.`,
  cannotMigrate: ({ role, why }: { role: string; why: string }) =>
    `The database has to be brought up to date, and the role ${role} cannot (${why}). Set DATABASE_OWNER_URL.`,
  otherVersion,
  otherVersionAdvice: `${otherVersion} Go on with the version that made it, or move the data folder away (or name an empty database) and start again.`,

  alreadyRunning: ({ folder, holder }: Folder & { holder: string | undefined }) =>
    `Frontdesk is already running with the data in ${folder}${holder ? ` (${holder})` : ''}.`,
  stopFirst: ({ folder }: Folder) => `Frontdesk is running with the data in ${folder}. Stop it first.`,
  none: ({ folder }: Folder) => `There is no database in ${folder}.`,
  otherPort: 'PostgreSQL came back on another port.',
  notRunning: ({ folder }: Folder) => `No PostgreSQL is running in ${folder}.`,
  notStarted: (why: string) => `PostgreSQL did not start. ${why}`,
  notCreated: (why: string) => `PostgreSQL could not create its data folder. ${why}`,
  wrongPassword: ({ file }: File) => `${file} is not the database's password.`,
  unopenable: ({ file, code }: File & { code: string | undefined }) =>
    `${file} could not be opened (${code}). Move away what is there.`,
  diskFull: ({ folder }: Folder) => `The disk of ${folder} is full. Make room on it.`,
  see: ({ file }: File) => `See ${file}.`,
  noUser: 'PostgreSQL refuses to run as root, and there is no user postgres or nobody to run it as.',

  notInstalled: (name: string) =>
    `npm has not installed ${name}. Run npm install again, or set DATABASE_URL.`,
  incomplete: ({ folder, why }: Folder & { why: string }) =>
    `${folder} is not complete: ${why} Remove node_modules and run npm install again, or set DATABASE_URL.`,
  notExecutable: ({ folder }: Folder) =>
    `The user that PostgreSQL runs as can execute neither ${folder} nor a copy of it.`,
  emptyVersion: ({ file, version }: File & { version: string }) =>
    `${file} is empty. For PostgreSQL ${version} it has to hold ${version}.`,
  dataVersion: ({ folder, version, installed }: Folder & { version: string; installed: string }) =>
    `The data in ${folder} is PostgreSQL ${version}'s, but npm installed PostgreSQL ${installed}.`,
  missing: ({ file }: File) => `${file} is missing. ${wholeCopy}`,
  empty: ({ file }: File) => `${file} is empty. ${wholeCopy}`,
  versionMissing: ({ file }: File) => `${file} is missing, so the data there is not whole. ${wholeCopy}`,
  otherOwner: ({ file, folder, owner, user }: File & Folder & { owner: number; user: number }) =>
    `${file} belongs to user ${owner}, but Frontdesk runs as user ${user}. Run: sudo chown -R ${user} '${folder}'`,

  exists: ({ file }: File) => `${file} already exists.`,
  hasData: ({ folder }: Folder) =>
    `${folder} already contains data. Use another DATA_DIR, or --replace to move it aside.`,
  noBackup: ({ file }: File) => `${file} is not a Frontdesk backup.`,
  damaged: ({ file }: File) => `${file} is damaged, incomplete, or not a Frontdesk backup.`,
  unknownTable: ({ file }: File) => `${file} holds an unknown table.`,
  incompleteBackup: ({ file }: File) => `${file} is not complete.`,
}
