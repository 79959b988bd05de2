import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto'
import pg from 'pg'
import { urlsOfHosts } from '../config/database-hosts.ts'
import { Client } from './client.ts'

export const EMBEDDED_ROLE = 'frontdesk_app'
const SCRAM_ITERATIONS = 4096

/** The embedded server's app role: a new password at each start, which is written nowhere. */
export function embeddedAppUrl(ownerUrl: string): string {
  const url = new URL(ownerUrl)
  url.username = EMBEDDED_ROLE
  url.password = randomBytes(24).toString('base64url')
  return url.href
}

/**
 * Lets the role of `url` do what the app does, in every table there is now, and no more: what happened it can add to and
 * read. To be called after each migration; where nothing is missing nothing is changed.
 */
export async function letAppIn(ownerUrl: string, url: string, { isPasswordNew = false } = {}): Promise<void> {
  const { username, password: encoded } = new URL(urlsOfHosts(url)[0])
  const role = decodeURIComponent(username)
  const password = decodeURIComponent(encoded)
  const client = new Client({ connectionString: ownerUrl, application_name: 'frontdesk' })
  await client.connect()
  try {
    await client.query('begin')
    await client.query(`select pg_advisory_xact_lock(hashtext('the roles of Frontdesk'))`)
    await makeRole(client, role, password, isPasswordNew)
    await grantWhatIsMissing(client, role)
    await client.query('commit')
  } finally {
    await client.end()
  }
}

interface AppRights {
  exists: boolean
  /** It could change or remove the trail of events. */
  isTooMuch: boolean
  /** A temporary table called events would stand before the real one, and take what is to be kept with it. */
  canShadow: boolean
}

export async function whatAppCanDo(ownerUrl: string, role: string): Promise<AppRights> {
  const client = new Client({ connectionString: ownerUrl, application_name: 'frontdesk' })
  await client.connect()
  try {
    const { rows } = await client.query(
      `select rolsuper or has_table_privilege(oid, 'events', 'UPDATE, DELETE, TRUNCATE')
         or pg_has_role(oid, (select relowner from pg_class where oid = 'events'::regclass), 'MEMBER') as "isTooMuch",
         has_database_privilege(oid, current_database(), 'TEMPORARY') as "canShadow"
       from pg_roles where rolname = $1`,
      [role],
    )
    return { exists: rows.length > 0, isTooMuch: false, canShadow: false, ...rows[0] }
  } finally {
    await client.end()
  }
}

async function makeRole(
  client: pg.Client,
  role: string,
  password: string,
  isPasswordNew: boolean,
): Promise<void> {
  const { rowCount } = await client.query('select from pg_roles where rolname = $1', [role])
  if (rowCount && !isPasswordNew) return
  const verb = rowCount ? 'alter' : 'create'
  const rights = 'login nosuperuser nocreatedb nocreaterole noreplication nobypassrls'
  const secret = password && `password ${pg.escapeLiteral(scramVerifier(password))}`
  await client.query(`${verb} role ${pg.escapeIdentifier(role)} ${rights} ${secret}`)
}

const ALLOWED = `case when relname = 'events' then '{SELECT,INSERT}'
  when relname like 'kysely%' then '{SELECT}' else '{SELECT,INSERT,UPDATE,DELETE}' end::text[]`

async function grantWhatIsMissing(client: pg.Client, role: string): Promise<void> {
  const to = pg.escapeIdentifier(role)
  const { rows: tables } = await client.query(
    `select quote_ident(relname) as name, array_to_string(${ALLOWED}, ', ') as allowed
     from pg_class
     where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and exists (
       select from unnest('{SELECT,INSERT,UPDATE,DELETE,TRUNCATE,REFERENCES,TRIGGER}'::text[]) as privilege
       where has_table_privilege($1, pg_class.oid, privilege) <> (privilege = any(${ALLOWED})))`,
    [role],
  )
  for (const { name, allowed } of tables) {
    await client.query(`revoke all on public.${name} from ${to}`)
    await client.query(`grant ${allowed} on public.${name} to ${to}`)
  }
  const { rows } = await client.query(
    `select has_schema_privilege($1, 'public', 'USAGE') as "isIn", quote_ident(current_database()) as database,
       has_database_privilege($1, current_database(), 'TEMP') as "canShadow"`,
    [role],
  )
  if (rows[0].canShadow)
    await client.query(`revoke temporary on database ${rows[0].database} from public, ${to}`)
  if (rows[0].isIn) return
  await client.query(`grant connect on database ${rows[0].database} to ${to}`)
  await client.query(`grant usage on schema public to ${to}`)
}

/** What PostgreSQL would make of the password itself; so its log never holds it. */
function scramVerifier(password: string): string {
  const salt = randomBytes(16)
  const salted = pbkdf2Sync(password.normalize('NFKC'), salt, SCRAM_ITERATIONS, 32, 'sha256')
  const key = (name: string) => createHmac('sha256', salted).update(name).digest()
  const stored = createHash('sha256').update(key('Client Key')).digest('base64')
  const server = key('Server Key').toString('base64')
  return `SCRAM-SHA-256$${SCRAM_ITERATIONS}:${salt.toString('base64')}$${stored}:${server}`
}
