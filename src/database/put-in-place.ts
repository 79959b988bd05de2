import { existsSync, linkSync, renameSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { dirname } from 'node:path'
import { databaseProblems as said } from '../words/en/database-problems.ts'

/** What disks and shares answer that know no second name for a file: FAT, exFAT, some of SMB and NFS. */
const NO_LINKS = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EINVAL', 'EMLINK', 'EXDEV']

/** Gives what is complete its name, and never takes the place of what has it already. */
export async function putInPlace(unfinished: string, path: string): Promise<void> {
  try {
    // Unlike a rename, a link never replaces a file that came in the meantime.
    linkSync(unfinished, path)
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException
    if (existsSync(path)) throw new Error(said.exists({ file: path }), { cause: error })
    if (!NO_LINKS.includes(code)) throw error
    renameSync(unfinished, path)
  }
  await syncFolder(dirname(path))
}

/** Where a folder can be synced; elsewhere the disk decides. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => null)
  await handle?.sync().catch((error) => {
    if (!['EINVAL', 'EPERM', 'ENOTSUP', 'EISDIR'].includes(error.code)) throw error
  })
  await handle?.close()
}
