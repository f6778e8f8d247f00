/** A receiver of webhooks on this machine, whose requests tests wait for. */
import { loopbackServer, type WholeRequest } from './loopback-server.ts'

export type HookRequest = Omit<WholeRequest, 'method'>

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
  const { url, close } = await loopbackServer((found, response) => {
    response.writeHead(statusOf(found)).end()
    const first = waiting.shift()
    if (first === undefined) come.push(found)
    else first(found)
  })
  return {
    url,
    next: () => {
      const first = come.shift()
      return first === undefined ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve(first)
    },
    close,
  }
}
