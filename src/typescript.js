// @ts-check
import module from 'node:module'
import { fileURLToPath } from 'node:url'

// Runs TypeScript as it is written. Newer versions of Node strip the types themselves, and can keep what they compiled:
// beside the libraries, because in the shared temporary folder somebody else could have left it.
const KEPT = fileURLToPath(new URL('../node_modules/.cache/frontdesk', import.meta.url))

// @ts-expect-error Node 20 does not know it.
if (process.features.typescript) {
  // @ts-expect-error Likewise.
  module.enableCompileCache(KEPT)
} else {
  // Before there are hooks, which look at each module: these libraries have 700 between them.
  await Promise.all([import('kysely'), import('libphonenumber-js/max'), import('typebox')])
  module.register('./strip-types.js', import.meta.url)
}
