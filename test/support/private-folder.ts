import { chmodSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'

/** A new folder inside one that no other user may enter, as under root's home. */
export function privateFolder(t: { testdir(): string }): string {
  const parent = t.testdir()
  chmodSync(parent, 0o700)
  const folder = join(parent, 'data')
  mkdirSync(folder, { mode: 0o700 })
  return folder
}
