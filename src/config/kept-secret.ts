import { randomBytes, randomUUID } from 'node:crypto'
import {
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { configuration as said } from '../words/en/configuration.ts'
import { ConfigError } from './config-error.ts'
import { SECRET_MIN_LENGTH } from './keys.ts'
import { isFolder, makePrivateFolder } from './private-folder.ts'
import { isGuessable } from './strength.ts'

const NO_LINKS = /^(EPERM|ENOTSUP|EOPNOTSUPP|ENOSYS|EMLINK|EINVAL)$/

/** The secret in `dataDir`, made there by the first start; all of several that start at once get the same. */
export function keptSecret(dataDir: string): string {
  const file = secretFile(dataDir)
  try {
    makePrivateFolder(dataDir)
    if (!existsSync(file)) makeSecret(file)
  } catch (error) {
    const code = codeOf(error)
    throw new ConfigError([
      isFolder(dataDir) || !NO_FOLDER.includes(code)
        ? said.secretUnwritable({ file, code })
        : said.noFolder({ file: dataDir, code }),
    ])
  }
  return readSecret(file)
}

/** A file stands there or above it, or a link that leads nowhere. */
const NO_FOLDER = ['EEXIST', 'ENOTDIR', 'ENOENT', 'ELOOP']

/** What an editor makes of it in another encoding would be other keys. */
const TYPEABLE = /^[\x21-\x7e]+$/

export function secretFile(dataDir: string): string {
  return join(dataDir, 'secret')
}

/** @throws {ConfigError} where it is not a secret: keys made from nothing could be made by anybody. */
export function readSecret(file: string): string {
  const secret = textOf(file).trim()
  if (secret.length >= SECRET_MIN_LENGTH && TYPEABLE.test(secret) && !isGuessable(secret)) return secret
  throw new ConfigError([said.secretBroken({ file, isEmpty: secret === '' })])
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw new ConfigError([said.secretUnreadable({ file, code: codeOf(error) })])
  }
}

/** It is there complete and on the disk, or not at all, whenever the power goes; and it never replaces another. */
function makeSecret(file: string): void {
  const unfinished = `${file}-${randomUUID()}`
  const secret = randomBytes(48).toString('base64url')
  try {
    writeDurably(unfinished, secret)
    linkSync(unfinished, file)
    syncFolder(dirname(file))
  } catch (error) {
    // Some disks and shares know no links.
    if (NO_LINKS.test(codeOf(error))) writeUnlessThere(file, secret)
    else if (codeOf(error) !== 'EEXIST') throw error
  } finally {
    rmSync(unfinished, { force: true })
  }
}

function writeUnlessThere(file: string, secret: string): void {
  try {
    writeDurably(file, secret)
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error
  }
}

function writeDurably(file: string, text: string): void {
  writeFileSync(file, text, { flag: 'wx', mode: 0o600, flush: true })
}

function syncFolder(folder: string): void {
  const handle = openSync(folder, 'r')
  fsyncSync(handle)
  closeSync(handle)
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? String(error)
}
