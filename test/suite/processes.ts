import { readdirSync, readFileSync } from 'node:fs'

interface Running {
  pid: number
  parent: number
  /** Since the machine started; with the id it names one process for good. */
  began: string
  isDead: boolean
}

/** As proc(5) tells. */
function everything(): Running[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        // After the name, which may hold spaces and brackets.
        const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? []
        const [state, parent] = fields
        return { pid: Number(pid), parent: Number(parent), began: fields[19] ?? '', isDead: state === 'Z' }
      } catch {
        return []
      }
    })
}

/** All that a process has started, and what that has. */
export function descendantsOf(pid: number | undefined): Running[] {
  const all = everything()
  const children = (parent: number): Running[] =>
    all.filter((each) => each.parent === parent).flatMap((each) => [each, ...children(each.pid)])
  return children(pid ?? 0)
}

/** Those of them that have not ended. */
export function stillRunning(those: Running[]): Running[] {
  const all = everything()
  return those.filter(({ pid, began }) =>
    all.some((each) => each.pid === pid && each.began === began && !each.isDead),
  )
}
