/** `relata start`: starts the server, sends it one request, prints where it is, and serves until a signal. */
import { startServer } from '#app/compose.ts'
import type { Config } from '#app/config.ts'
import { announce, bannerFacts } from './banner.ts'
import { barOn } from './progress-bar.ts'
import { askReady } from './self-request.ts'
import { writeState } from './server-state.ts'
import { watchSignals } from './signals.ts'
import { isWorker, leavePrimary, tellReady, toldToStop } from './worker.ts'

const stopped = 0

/** Serves until the primary process tells it to stop; the primary prints and handles signals. */
async function serveAsWorker(config: Config, version: string): Promise<number> {
  const told = toldToStop()
  let isStarting = true
  // A worker that does not serve yet has nothing to finish, and must not reopen the port that the primary has closed.
  const quit = (): void => {
    if (isStarting) process.exit(stopped)
  }
  told.then(quit, quit)
  const server = await startServer(config).catch((error: unknown) => {
    isStarting = false
    // The channel would keep this process alive, and the primary waits for its end and its exit code.
    leavePrimary()
    throw error
  })
  isStarting = false
  try {
    await askReady(server.origin, config.host, server.certificates?.ca)
    tellReady(bannerFacts(config, version, server.origin, server.parts.tenants.all(), server.certificates?.caFile))
    await told
    return stopped
  } finally {
    await server.close()
    leavePrimary()
  }
}

/** A seed can take a minute; who watches a terminal sees how far it is. Logs do not have it. */
async function startWatched(config: Config): ReturnType<typeof startServer> {
  if (config.silent || config.output !== 'text') return startServer(config)
  const bar = barOn(process.stderr, () => performance.now())
  return startServer({ ...config, onSeed: bar }).finally(() => bar(undefined))
}

/** Resolves with the exit code when the server has stopped. */
export async function start(config: Config, version: string): Promise<number> {
  if (isWorker) return serveAsWorker(config, version)
  if (config.workers > 1) {
    const { startWorkers } = await import('./workers.ts')
    return startWorkers(config, version)
  }
  const server = await startWatched(config)
  const signals = watchSignals()
  try {
    await askReady(server.origin, config.host, server.certificates?.ca)
    const removeState = writeState(config.location, { url: server.origin, registry: config.registry, version })
    announce(
      config,
      bannerFacts(config, version, server.origin, server.parts.tenants.all(), server.certificates?.caFile),
    )
    return await signals.first.finally(removeState)
  } finally {
    await server.close()
    signals.forget()
  }
}
