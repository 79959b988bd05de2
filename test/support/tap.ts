import tap, { type Test } from 'tap'

export type { Test }

/** The test whose file is being read. By itself, a file is a test of tap's own. */
let current: Pick<Test, 'test'> = tap

/** tap, as a test file knows it: one process can then read many files, each as one test of its own. */
export default new Proxy(tap, {
  get(_tap, name) {
    const value = Reflect.get(current, name)
    return typeof value === 'function' ? value.bind(current) : value
  },
})

/** Reads the files one after another. What one of them leaves open ends before the next begins. */
export async function readFiles(files: Iterable<string>, { within }: { within: number }): Promise<void> {
  for (const file of files)
    await tap.test(file, { timeout: within }, async (test) => {
      current = test
      await import(new URL(`../../${file}`, import.meta.url).href)
    })
}
