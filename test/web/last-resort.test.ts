import { pathToFileURL } from 'node:url'
import { runProgram } from '../support/start-program.ts'
import t from '../support/tap.ts'

/** A process of our own that goes wrong in a way that nobody foresaw. */
function processThat(throws: string): Promise<{ status: number | null; stdout: string }> {
  const shutdown = pathToFileURL('src/shutdown.ts')
  const script = `
    import { whenAskedToEnd } from '${shutdown}'
    whenAskedToEnd(async () => console.log('in order'), (error) => console.log('reported: ' + error.message))
    setInterval(() => {}, 1_000)
    ${throws}`
  const words = ['--import=./src/typescript.js', '--input-type=module', '--eval', script]
  return runProgram(process.execPath, words).then(({ status, stdout }) => ({ status, stdout }))
}

t.test(
  'an error that nothing catches is reported, and the process ends in order and says it failed',
  async (t) => {
    const thrown = await processThat(`setTimeout(() => { throw new Error('out of the blue') })`)
    t.same(thrown, { status: 1, stdout: 'reported: out of the blue\nin order\n' })
    const rejected = await processThat(`void Promise.reject(new Error('nobody waits for it'))`)
    t.same(rejected, { status: 1, stdout: 'reported: nobody waits for it\nin order\n' })
  },
)
