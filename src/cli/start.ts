/** `relata start`: starts, asks itself once, says where it is, and stays until a signal. */
import { startServer } from '#app/compose.ts'
import type { Config } from '#app/config.ts'
import { banner, bannerFacts, readyLine } from './banner.ts'
import { askReady } from './self-request.ts'

const exitCodes = { SIGINT: 130, SIGTERM: 0 } as const
type Signal = keyof typeof exitCodes

interface Signals {
  readonly first: Promise<Signal>
  forget(): void
}

/** The first signal is for the caller to act on; the second ends the process on the spot. */
const watchSignals = (): Signals => {
  let tell: (signal: Signal) => void = () => undefined
  const first = new Promise<Signal>((resolve) => {
    tell = resolve
  })
  let seen = false
  const listeners = (Object.keys(exitCodes) as Signal[]).map((signal) => {
    const listener = (): void => {
      if (seen) process.exit(exitCodes[signal])
      seen = true
      tell(signal)
    }
    process.on(signal, listener)
    return () => process.off(signal, listener)
  })
  return {
    first,
    forget: () => {
      for (const off of listeners) off()
    },
  }
}

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
  const signals = watchSignals()
  try {
    await askReady(server.origin, config.host, server.certificates?.ca)
    announce(config, bannerFacts(config, version, server.origin, server.certificates?.caFile))
    return exitCodes[await signals.first]
  } finally {
    await server.close()
    signals.forget()
  }
}
