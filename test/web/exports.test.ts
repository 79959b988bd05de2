import { readdir, readFile } from 'node:fs/promises'
import { dirname, join, normalize } from 'node:path'
import t from '../support/tap.ts'

const EXPORTED = /^export (?:async )?(?:function\*?|const|let|class|interface|type) (\w+)/gm
const IMPORTED = /(?:import|export) (?:type )?\{([^}]*)\} from '(\.[^']+)'/g
const IMPORTED_LATER = /import\('(\.[^']+)'\)/g

/** Node calls it, and nobody: it is there to be type-checked. */
const OTHERWISE_USED = ['src/strip-types.js load', 'test/web/pages.test.ts wrongPages']

t.test('what a file exports, another one imports', async (t) => {
  const sources = (await Promise.all(['src', 'test', 'bench'].map(sourcesIn))).flat()
  const used = new Set(sources.flatMap(importsOf))
  const unused = sources.flatMap(({ file, text }) =>
    [...text.matchAll(EXPORTED)]
      .map(([, name]) => `${file} ${name}`)
      .filter((each) => !used.has(each) && !used.has(`${file} *`)),
  )
  t.same(
    unused.filter((each) => !OTHERWISE_USED.includes(each)),
    [],
  )
})

interface Source {
  file: string
  text: string
}

async function sourcesIn(folder: string): Promise<Source[]> {
  const files = (await readdir(folder, { recursive: true })).filter((file) => /\.(ts|js)$/.test(file))
  return Promise.all(
    files.map(async (file) => ({
      file: join(folder, file),
      text: await readFile(join(folder, file), 'utf8'),
    })),
  )
}

/** Each as “file name”; “file *” where all of it can be used. */
function importsOf({ file, text }: Source): string[] {
  const at = (path = '') => normalize(join(dirname(file), path))
  const named = [...text.matchAll(IMPORTED)].flatMap(([, names = '', path]) =>
    names.split(',').map(
      (name) =>
        `${at(path)} ${
          name
            .trim()
            .replace(/^type /, '')
            .split(' as ')[0]
        }`,
    ),
  )
  return [...named, ...[...text.matchAll(IMPORTED_LATER)].map(([, path]) => `${at(path)} *`)]
}
