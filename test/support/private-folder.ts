import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/**
 * A new folder inside one that no other user may enter, as under root's home. Not tap's own `testdir`,
 * which is gone before the teardown that ends the processes using it.
 */
export function privateFolder(t: { teardown(work: () => void): void }): string {
  const parent = mkdtempSync(join(tmpdir(), 'frontdesk-test-'))
  t.teardown(() => rmSync(parent, { recursive: true, force: true }))
  const folder = join(parent, 'data')
  mkdirSync(folder, { mode: 0o700 })
  return folder
}
