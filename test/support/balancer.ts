import { once } from 'node:events'
import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Balancer {
  url: string
  /** How many requests each process was handed. */
  handed: number[]
}

/** A proxy that hands each request to the next process in turn, whoever sends it. */
export async function startBalancer(
  t: { teardown(work: () => Promise<void>): void },
  urls: string[],
): Promise<Balancer> {
  const handed = urls.map(() => 0)
  let turn = 0
  const proxy = createServer((asked, answer) => {
    const index = turn++ % urls.length
    handed[index] = (handed[index] ?? 0) + 1
    const headers = { ...asked.headers, 'x-forwarded-for': asked.headers['x-forwarded-for'] ?? '10.0.0.1' }
    const passed = request(`${urls[index]}${asked.url}`, { method: asked.method, headers }, (response) => {
      answer.writeHead(response.statusCode ?? 502, response.headers)
      response.pipe(answer)
    })
    passed.on('error', () => answer.writeHead(502).end())
    asked.pipe(passed)
  })
  proxy.listen(0, '127.0.0.1')
  await once(proxy, 'listening')
  t.teardown(async () => {
    proxy.close()
    proxy.closeAllConnections()
  })
  return { url: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`, handed }
}
