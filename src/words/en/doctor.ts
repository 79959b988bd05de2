type File = { file: string }
type Folder = { folder: string }
type Role = { role: string }

/** What `npm run doctor` finds. */
export const doctor = {
  postmark: 'Email is sent through Postmark.',
  noPostmark: 'No email is sent. Set POSTMARK_SERVER_TOKEN.',
  webhook: 'Postmark can report what became of each email.',
  noWebhook: 'Bounced emails aren’t noticed. Set POSTMARK_WEBHOOK_PASSWORD.',
  noDatabase: ({ folder }: Folder) => `There is no database in ${folder} yet. The first start makes it.`,

  server: (version: string) => `PostgreSQL ${version} answers, and its database is in UTF-8.`,
  noAnswer: (code: string | undefined) => `PostgreSQL does not answer (${code}).`,
  plain: 'The connection to PostgreSQL is not encrypted. Add ?sslmode=verify-full to DATABASE_URL.',
  encrypted: 'The connection to PostgreSQL is encrypted, or does not leave this machine.',
  migrated: 'The tables are up to date.',
  notMigrated: 'The tables are not up to date. The next start of Frontdesk updates them.',
  noRole: ({ role }: Role) => `The app has no role ${role} yet. The next start of Frontdesk makes it.`,
  canShadow: ({ role }: Role) =>
    `The app's role, ${role}, can create temporary tables, so one could hide the audit log. The next start of Frontdesk revokes what it can of this.`,
  appendsOnly: ({ role }: Role) => `The app's role, ${role}, can add to the audit log and not change it.`,
  canChange: ({ role }: Role) =>
    `The app's role, ${role}, can change or remove the audit log. Set DATABASE_OWNER_URL to this address, and in DATABASE_URL name another role, which is then made; see "Two roles" in docs/operations.md.`,

  folderOpen: ({ folder }: Folder) =>
    `Other users of this machine can look into ${folder}. Run: chmod 700 '${folder}'`,
  folderPrivate: ({ folder }: Folder) => `Only its owner can look into ${folder}.`,
  noSecret: ({ file }: File) => `${file} is not there yet. The first start makes it.`,
  emptySecret: ({ file }: File) => `${file} is empty. Put it back from a backup.`,
  secretOpen: ({ file }: File) => `Other users can read ${file}. Run: chmod 600 '${file}'`,
  secret: ({ file }: File) => `The secret is in ${file}. Keep a copy elsewhere.`,
  noBackup: ({ folder }: Folder) => `There is no backup in ${folder}. Run: npm run backup`,
  oldBackup: ({ folder, days }: Folder & { days: number }) =>
    `The newest backup in ${folder} is ${days} days old. Run: npm run backup`,
  newBackup: ({ folder, days }: Folder & { days: number }) =>
    `The newest backup in ${folder} is less than ${days} days old.`,
}
