/** A proxy as of a company, for clients that know Microsoft's hosts only: it leads those here and refuses all others. */
import { createServer, type IncomingMessage } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import type { Duplex } from 'node:stream'
import { transparentHosts } from '#app/trust/transparent.ts'

export interface ConnectProxy {
  readonly url: string
  close(): Promise<void>
}

const isOurs = (target = ''): boolean => transparentHosts.some((host) => target === `${host}:443`)

export const startConnectProxy = async (to: number): Promise<ConnectProxy> => {
  const open = new Set<Duplex>()
  const server = createServer().on('connect', (request: IncomingMessage, client: Duplex) => {
    if (!isOurs(request.url)) {
      client.end(`HTTP/1.1 403 ${request.url} is elsewhere\r\n\r\n`)
      return
    }
    const upstream = connect(to, '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection Established\r\n\r\n')
      upstream.pipe(client).pipe(upstream)
    })
    for (const side of [client, upstream]) {
      open.add(side)
      side.on('error', () => upstream.destroy())
      side.on('close', () => open.delete(side))
    }
    upstream.on('close', () => client.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      for (const side of open) side.destroy()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
