/** Places that the log is sent to, on this machine: a collector of syslog over TLS, and one of OTLP. */
import { readFileSync } from 'node:fs'
import { createServer as createSecure } from 'node:https'
import type { AddressInfo, Server } from 'node:net'
import { join } from 'node:path'
import { createServer as createTls } from 'node:tls'

const folder = process.env['RELATA_TEST_CERTIFICATES'] ?? ''
export const authority = join(folder, 'ca.pem')
const pair = () => ({
  cert: readFileSync(join(folder, 'server.pem')),
  key: readFileSync(join(folder, 'server.key')),
})

export interface Receiver<T> {
  readonly port: number
  /** In the order in which they came. */
  readonly got: T[]
  /** Resolves when the condition holds, which is asked after each that comes. */
  until(holds: () => boolean): Promise<void>
  close(): Promise<void>
}

const receiving = async <T>(server: Server, port: number, got: T[], told: (() => void)[]): Promise<Receiver<T>> => {
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    got,
    until: (holds) =>
      new Promise((resolve) => {
        const look = () => holds() && resolve()
        told.push(look)
        look()
      }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        if ('closeAllConnections' in server) (server as { closeAllConnections(): void }).closeAllConnections()
      }),
  }
}

/** Messages without their counts. */
export const syslogReceiver = async (port = 0): Promise<Receiver<string>> => {
  const got: string[] = []
  const told: (() => void)[] = []
  const server = createTls(pair(), (socket) => {
    let rest = Buffer.alloc(0)
    socket.on('error', () => undefined)
    socket.on('data', (piece: Buffer) => {
      rest = Buffer.concat([rest, piece])
      for (;;) {
        const space = rest.indexOf(0x20)
        const count = Number(rest.subarray(0, Math.max(space, 0)).toString())
        if (space < 1 || rest.length < space + 1 + count) return
        got.push(rest.subarray(space + 1, space + 1 + count).toString())
        rest = rest.subarray(space + 1 + count)
        for (const tell of [...told]) tell()
      }
    })
  })
  return receiving(server, port, got, told)
}

export interface OtlpCall {
  readonly path: string
  readonly headers: Readonly<Record<string, unknown>>
  // biome-ignore lint/suspicious/noExplicitAny: tests read bodies of any shape
  readonly body: any
}

/** `answer`: the status for the call of that number, from 1. */
export const otlpReceiver = async (answer: (call: number) => number = () => 200): Promise<Receiver<OtlpCall>> => {
  const got: OtlpCall[] = []
  const told: (() => void)[] = []
  const server = createSecure(pair(), (request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      const body = JSON.parse(Buffer.concat(parts).toString())
      got.push({ path: request.url ?? '', headers: request.headers, body })
      response.writeHead(answer(got.length), { 'Content-Type': 'application/json' }).end('{}')
      for (const tell of [...told]) tell()
    })
  })
  return receiving(server as unknown as Server, 0, got, told)
}
