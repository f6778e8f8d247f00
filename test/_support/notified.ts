/** A receiver of Graph's change notifications on this machine: answers handshakes, and keeps what it is told. */
import type { IncomingHttpHeaders } from 'node:http'
import { loopbackServer } from './loopback-server.ts'

export interface Notified {
  readonly path: string
  readonly headers: IncomingHttpHeaders
  // biome-ignore lint/suspicious/noExplicitAny: tests read bodies of any shape
  readonly body: any
}

export interface HandshakeAnswer {
  readonly status?: number
  readonly type?: string
  readonly text: string
}

export interface Receiver {
  readonly url: string
  /** How a handshake is answered. `decoded`: as Graph wants it. A function gets the raw query. */
  handshake: 'decoded' | 'raw' | 'silent' | ((query: string) => HandshakeAnswer)
  /** Status of the answers to notifications, by how many came before. */
  status: (before: number) => number
  /** Of handshakes, raw queries. */
  readonly asked: string[]
  /** All notifications, in their order. */
  readonly told: Notified[]
  /** The next notification that no call has returned yet. */
  next(): Promise<Notified>
  close(): Promise<void>
}

export const startReceiver = async (): Promise<Receiver> => {
  const told: Notified[] = []
  const asked: string[] = []
  let read = 0
  let wake: (() => void) | undefined
  const answered = (query: string): HandshakeAnswer => {
    const raw = query.slice('validationToken='.length)
    if (receiver.handshake === 'raw') return { text: raw }
    if (typeof receiver.handshake === 'function') return receiver.handshake(query)
    return { text: new URLSearchParams(query).get('validationToken') ?? '' }
  }
  const { url, close } = await loopbackServer(({ path: whole, headers, body }, response) => {
    const [path = '', query = ''] = whole.split('?')
    if (query.includes('validationToken=')) {
      asked.push(query)
      if (receiver.handshake === 'silent') return
      const { status = 200, type = 'text/plain', text: said } = answered(query)
      response.writeHead(status, { 'Content-Type': type }).end(said)
      return
    }
    const status = receiver.status(told.length)
    told.push({ path, headers, body: JSON.parse(body.toString('utf8')) })
    response.writeHead(status).end()
    wake?.()
  })
  const receiver: Receiver = {
    url,
    handshake: 'decoded',
    status: () => 202,
    asked,
    told,
    next: async () => {
      while (told.length <= read)
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      read += 1
      return told[read - 1] as Notified
    },
    close,
  }
  return receiver
}
