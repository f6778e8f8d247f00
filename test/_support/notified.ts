/** A receiver of Graph's change notifications on this machine: answers handshakes, and keeps what it is told. */
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Notified {
  readonly path: string
  readonly headers: IncomingMessage['headers']
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

const bodyOf = async (request: IncomingMessage): Promise<string> => {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part as Buffer)
  return Buffer.concat(parts).toString('utf8')
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
  const server = createServer(async (request, response) => {
    const text = await bodyOf(request)
    const [path = '', query = ''] = (request.url ?? '').split('?')
    if (query.includes('validationToken=')) {
      asked.push(query)
      if (receiver.handshake === 'silent') return
      const { status = 200, type = 'text/plain', text: said } = answered(query)
      response.writeHead(status, { 'Content-Type': type }).end(said)
      return
    }
    const status = receiver.status(told.length)
    told.push({ path, headers: request.headers, body: JSON.parse(text) })
    response.writeHead(status).end()
    wake?.()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const receiver: Receiver = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
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
    close: () => {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
  return receiver
}
