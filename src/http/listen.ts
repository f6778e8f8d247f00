/** Binds one port on several addresses: `localhost` may mean 127.0.0.1 or ::1, depending on who asks. */
import type { Server } from 'node:http'
import { type AddressInfo, createServer, type Server as NetServer, type Socket } from 'node:net'

export interface Listening {
  readonly port: number
  /** Accepts no more connections; open ones stay. Resolves when the last one has ended. */
  stop(): Promise<void>
}

const attempts = 20

/** Where the machine has no IPv6, the addresses after the first are left out. */
const absent = new Set(['EADDRNOTAVAIL', 'EAFNOSUPPORT', 'EINVAL'])

function bind(server: NetServer, port: number, host: string, exclusive = false): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ port, host, exclusive }, () => {
      server.off('error', reject)
      resolve((server.address() as AddressInfo).port)
    })
  })
}

function close(server: NetServer): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()))
}

async function bindOther(port: number, host: string, accept: (socket: Socket) => void): Promise<NetServer | undefined> {
  // As in http.Server: no delay, and a client that has closed its half still gets its answer.
  const server = createServer({ noDelay: true, allowHalfOpen: true }, accept)
  try {
    await bind(server, port, host)
    return server
  } catch (error) {
    if (absent.has((error as NodeJS.ErrnoException).code ?? '')) return undefined
    throw error
  }
}

/**
 * Throws what `listen` would throw, before anything else of a start is done: a mistyped address must not leave new files
 * behind. `isShared`: another process may have the port for this one, so that only the address is tried.
 */
export async function checkCanListen(port: number, hosts: readonly string[], isShared: boolean): Promise<void> {
  for (const [at, host] of hosts.entries()) {
    const probe = createServer()
    try {
      await bind(probe, isShared ? 0 : port, host, true)
    } catch (error) {
      if (at === 0 || !absent.has((error as NodeJS.ErrnoException).code ?? '')) throw error
      continue
    }
    await close(probe)
  }
}

/** Port 0 selects one that is free on every address. Throws Node's error (`EADDRINUSE`, `EACCES`, …). */
export async function listen(
  server: Server,
  port: number,
  hosts: readonly [string, ...string[]],
  accept: (socket: Socket) => void,
): Promise<Listening> {
  const [first, ...rest] = hosts
  for (let attempt = 1; ; attempt += 1) {
    const bound = await bind(server, port, first)
    const others: NetServer[] = []
    try {
      for (const host of rest) {
        const other = await bindOther(bound, host, accept)
        if (other !== undefined) others.push(other)
      }
      const stop = async (): Promise<void> => {
        await Promise.all([server, ...others].map(close))
      }
      return { port: bound, stop }
    } catch (error) {
      await Promise.all([server, ...others].map(close))
      const taken = (error as NodeJS.ErrnoException).code === 'EADDRINUSE'
      if (port !== 0 || !taken || attempt === attempts) throw error
    }
  }
}
