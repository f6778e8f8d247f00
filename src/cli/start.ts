/** `relata start`: starts, asks itself once, says where it is, and stays until a signal. */
import { startServer } from '#app/compose.ts'
import type { Config } from '#app/config.ts'
import { banner, bannerFacts, readyLine } from './banner.ts'
import { askReady } from './self-request.ts'

const exitCodes = { SIGINT: 130, SIGTERM: 0 } as const
type Signal = keyof typeof exitCodes

/** The second signal ends the process on the spot. */
const nextSignal = (): Promise<Signal> =>
  new Promise((resolve) => {
    for (const signal of Object.keys(exitCodes) as Signal[]) {
      process.once(signal, () => {
        process.once(signal, () => process.exit(exitCodes[signal]))
        resolve(signal)
      })
    }
  })

const say = (text: string): void => {
  process.stdout.write(`${text}\n`)
}

const announce = ({ output, silent }: Config, facts: ReturnType<typeof bannerFacts>): void => {
  const ready = readyLine(facts.address)
  if (output === 'json') {
    if (!silent) say(JSON.stringify({ level: 'info', ...facts, msg: 'started' }))
    say(JSON.stringify({ level: 'info', address: facts.address, msg: ready }))
    return
  }
  if (!silent) say(banner(facts))
  say(ready)
}

/** Resolves with the exit code when the server has stopped. */
export const start = async (config: Config, version: string): Promise<number> => {
  const server = await startServer(config)
  try {
    await askReady(server.origin, config.host, server.certificates?.ca)
    const stopped = nextSignal()
    announce(config, bannerFacts(config, version, server.origin, server.certificates?.caFile))
    return exitCodes[await stopped]
  } finally {
    await server.close()
  }
}
