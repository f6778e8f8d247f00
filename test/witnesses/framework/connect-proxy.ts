/** The proxy that docs/clients.md shows its readers, for witnesses that know Microsoft's hosts only. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

export interface ConnectProxy {
  readonly url: string
  close(): Promise<void>
}

const program = fileURLToPath(new URL('proxy.mjs', import.meta.url))

export const startConnectProxy = async (to: number): Promise<ConnectProxy> => {
  const child = spawn(process.execPath, [program, String(to), '0'], { stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = once(child, 'close')
  const line = await Promise.race([
    once(createInterface({ input: child.stdout }), 'line'),
    ended.then(() => {
      throw new Error('the proxy ended before it listened')
    }),
  ])
  return {
    url: String(line[0]).replace('HTTPS_PROXY=', ''),
    close: async () => {
      child.kill()
      await ended
    },
  }
}
