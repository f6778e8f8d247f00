/** A receiver of webhooks on this machine, whose requests tests wait for. */
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface HookRequest {
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

export interface HookReceiver {
  readonly url: string
  /** The next request that has not been given yet, as soon as it is there. */
  next(): Promise<HookRequest>
  close(): Promise<void>
}

/** `statusOf`: what is answered; absent: 200. */
export async function startHookReceiver(statusOf: (request: HookRequest) => number = () => 200): Promise<HookReceiver> {
  const come: HookRequest[] = []
  const waiting: ((request: HookRequest) => void)[] = []
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = []
    for await (const part of request) parts.push(part as Buffer)
    const found = { path: request.url ?? '', headers: request.headers, body: Buffer.concat(parts) }
    response.writeHead(statusOf(found)).end()
    const first = waiting.shift()
    if (first === undefined) come.push(found)
    else first(found)
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    next: () => {
      const first = come.shift()
      return first === undefined ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve(first)
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
