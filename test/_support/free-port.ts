/** A port for a program that must be told its port before it listens. */
import { randomInt } from 'node:crypto'
import { createServer } from 'node:net'

/** Below the ports that systems give to outgoing connections: between the check and the start, none takes it. */
const [lowest, end] = [10_240, 32_000]

const isFree = (port: number): Promise<boolean> =>
  new Promise((done) => {
    const server = createServer()
    server.on('error', () => done(false))
    server.listen(port, '0.0.0.0', () => server.close(() => done(true)))
  })

export async function freePort(): Promise<number> {
  for (let tries = 0; tries < 100; tries += 1) {
    const port = randomInt(lowest, end)
    if (await isFree(port)) return port
  }
  throw new Error(`no free port found between ${lowest} and ${end}`)
}
