type File = { file: string; code: string }

/** What is wrong with a setting; each line begins with its name. */
export const configuration = {
  mode: (given: string) =>
    `NODE_ENV must be production, or not be set; “${given}” would start without its checks.`,
  port: 'PORT must be a whole number from 1 to 65535.',
  prepared: 'DATABASE_PREPARED must be on or off.',
  publicUrl: 'PUBLIC_URL must be an address such as https://frontdesk.example.com, without a path.',
  publicHttps: 'PUBLIC_URL must be set and begin with https://.',
  proxy: 'TRUST_PROXY must name the address or network of the proxy, such as 10.0.0.0/8 or loopback.',
  proxyMissing: 'TRUST_PROXY must name the proxy that terminates TLS, such as 10.0.0.0/8 or loopback.',

  clinics: 'CLINICS must be one or many.',
  clinicsNeedName:
    'PUBLIC_URL must have a name and not a number where CLINICS is many: each clinic’s host is below it.',
  idRange: (max: number) => `ID_RANGE must be a whole number from 0 to ${max}.`,
  signUp: 'SIGN_UP must be invited or open.',
  signUpOfOne: 'SIGN_UP can only be open where CLINICS is many.',

  secretShort: (length: number) => `SECRET must be at least ${length} characters long.`,
  secretGuessable:
    'SECRET must be random: its characters repeat or follow a pattern (openssl rand -base64 48).',
  secretMissing: 'SECRET must be set: a random text, for example from `openssl rand -base64 48`.',
  secretExample: 'SECRET still holds the example value.',
  secretUnwritable: ({ file, code }: File) =>
    `${file} could not be written (${code}). Make room or name another DATA_DIR.`,
  noFolder: ({ file, code }: File) =>
    `${file} is not a folder (${code}). DATA_DIR must name a folder that exists or can be made.`,
  secretBroken: ({ file, isEmpty }: { file: string; isEmpty: boolean }) =>
    `${file} is ${isEmpty ? 'empty' : 'damaged'}, and all keys are made from it. Put it back from a backup; if no clinic has been set up yet, delete it and start again.`,
  secretUnreadable: ({ file, code }: File) =>
    `${file} could not be read (${code}). ${code === 'EISDIR' ? 'There is a folder in its place.' : 'It must belong to the user who runs Frontdesk.'}`,

  webhookPassword:
    'POSTMARK_WEBHOOK_PASSWORD must be 32 random letters and digits or more (openssl rand -hex 24), or two of them with a comma between.',
  from: 'MAIL_FROM must be a sender such as Frontdesk <frontdesk@example.com>.',
  fromMissing: 'MAIL_FROM must be set: a confirmed sender signature in Postmark.',
  postmarkUrl: 'POSTMARK_API_URL must be an address such as https://api.postmarkapp.com.',
  postmarkHttps: 'POSTMARK_API_URL must begin with https://, or the token travels in the clear.',
  tokenMissing: 'POSTMARK_SERVER_TOKEN must be set, or no invitation is sent.',
  tokenWithoutDelivery:
    'POSTMARK_SERVER_TOKEN must be the token of a server of yours: with this one Postmark delivers nothing.',
  captureIsOpen: (name: string) =>
    `POSTMARK_SERVER_TOKEN must be set where others reach Frontdesk (${name}): without it anyone could read its email at /outbox. To try it on this machine alone, leave HOST and PUBLIC_URL out.`,

  databaseMissing: 'DATABASE_URL must name a PostgreSQL server, version 15 or newer.',
  databaseTls:
    'DATABASE_TLS can only be “off: ” and why that is safe, such as off: private network of compose.',
  databaseUrl: (name: string) =>
    `${name} must be an address such as postgres://user:password@host:5432/name; in a password, write # / @ : as %23 %2F %40 %3A.`,
  tlsMode: (name: string, modes: string[]) => `${name}: sslmode must be one of ${modes.join(', ')}.`,
  writable: (name: string) =>
    `${name}: target_session_attrs must be read-write, because Frontdesk writes with every connection.`,
  tlsMissing: (name: string) =>
    `${name} must end in ?sslmode=verify-full, because that PostgreSQL is not on this machine (sslrootcert= names a CA of your own); where the connection is safe without TLS, say why: DATABASE_TLS="off: private network of compose".`,

  both: (name: string) => `Set either ${name} or ${name}_FILE, not both.`,
  fileEmpty: ({ name, file }: { name: string; file: string }) => `${name}_FILE: ${file} is empty.`,
  fileUnreadable: ({ name, file, code }: File & { name: string }) =>
    `${name}_FILE: ${file} could not be read (${code}).`,
}
