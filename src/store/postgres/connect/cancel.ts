/** Cancel requests: PostgreSQL takes them on a connection of their own, without a sign-in, so they work when all others are in use. */
import type { EventEmitter } from 'node:events'
import type { Duplex } from 'node:stream'
import pg from 'pg'

/** How long the server may take to accept the request. */
const longestMillis = 2_000

/** What `pg` knows of a connection and does not declare. */
interface Known {
  readonly processID: number | null
  readonly secretKey: number | null
  readonly host: string
  readonly port: number
  readonly ssl: false | object
  readonly sslNegotiation: string
}

interface CancelConnection extends EventEmitter {
  readonly stream: Duplex
  connect(portOrPath: number | string, host?: string): void
  requestSsl(): void
  cancel(processId: number, secretKey: number): void
}

/**
 * Asks the server to end the statement that runs on a connection. Resolves when the server has passed that on, or when it
 * cannot be reached. The statement itself then fails with 57014, unless it has ended before. A later statement on the same
 * connection may be hit instead, so the connection must not be used again.
 */
export function cancelOn(client: pg.ClientBase): Promise<void> {
  const { processID, secretKey, host, port, ssl, sslNegotiation } = client as unknown as Known
  if (processID === null || secretKey === null) return Promise.resolve()
  const made = new pg.Connection({ ssl, sslNegotiation } as never) as unknown as CancelConnection
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer)
      made.stream.destroy()
      resolve()
    }
    const timer = setTimeout(end, longestMillis)
    const send = (): void => made.cancel(processID, secretKey)
    made.on('error', end)
    // The server answers nothing; it closes the connection.
    made.on('end', end)
    made.on('sslconnect', send)
    made.on('connect', () => {
      if (ssl === false) send()
      else if (sslNegotiation !== 'direct') made.requestSsl()
    })
    if (host.startsWith('/')) made.connect(`${host}/.s.PGSQL.${port}`)
    else made.connect(port, host)
  })
}
