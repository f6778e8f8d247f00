/** A receiver of webhooks on this machine: keeps each request, and answers as it is told. */
import type { IncomingHttpHeaders } from 'node:http'
import { loopbackServer } from './loopback-server.ts'

export interface Received {
  readonly method: string
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
  /** Of the body; undefined where it is not JSON. */
  // biome-ignore lint/suspicious/noExplicitAny: tests read bodies of any shape
  readonly json: any
}

export interface ReceiverAnswer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

type Answering = (received: Received, count: number) => ReceiverAnswer | number | Promise<ReceiverAnswer | number>

export interface WebhookReceiver {
  readonly url: string
  readonly received: readonly Received[]
  /** How the following requests are answered. */
  answer(how: Answering): void
  /** Resolves when there are so many requests, or when one satisfies the test; throws after fifteen seconds. */
  until(wanted: number | ((received: readonly Received[]) => boolean)): Promise<readonly Received[]>
  clear(): void
  close(): Promise<void>
}

const waitMillis = 15_000

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

export async function webhookReceiver(): Promise<WebhookReceiver> {
  let received: Received[] = []
  let how: Answering = () => 202
  const waiting = new Set<() => void>()
  const { url, close } = await loopbackServer(async (request, response) => {
    const body = request.body.toString('utf8')
    const one = { ...request, body, json: jsonOf(body) }
    received.push(one)
    const given = await how(one, received.length)
    const answer = typeof given === 'number' ? { status: given } : given
    response.writeHead(answer.status, answer.headers).end(answer.body)
    for (const look of waiting) look()
  })
  return {
    url: `${url}/hook`,
    get received() {
      return received
    },
    answer: (next) => {
      how = next
    },
    until: (wanted) =>
      new Promise((resolve, reject) => {
        const isThere = (): boolean => (typeof wanted === 'number' ? received.length >= wanted : wanted(received))
        const timer = setTimeout(() => {
          waiting.delete(look)
          reject(new Error(`not there after ${waitMillis} ms: ${received.map(({ body }) => body).join('\n')}`))
        }, waitMillis)
        const look = (): void => {
          if (!isThere()) return
          clearTimeout(timer)
          waiting.delete(look)
          resolve(received)
        }
        waiting.add(look)
        look()
      }),
    clear: () => {
      received = []
    },
    close,
  }
}
