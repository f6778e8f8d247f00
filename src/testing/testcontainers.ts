/**
 * The entry `relata/testing/testcontainers`: a server in a container, by the package `testcontainers`. Worlds there have no
 * ports, as only the server's own port is published.
 */
import { needPeer } from './peer.ts'
import type { Relata, RelataOptions } from './relata.ts'
import { startRelata } from './start-relata.ts'

export type * from './relata.ts'

export interface ContainerOptions {
  /** Built from deploy/Dockerfile; `relata` unless said. */
  readonly image?: string
  /** Variables of the server, such as `RELATA_SEED`. */
  readonly environment?: Readonly<Record<string, string>>
  readonly startupTimeoutMs?: number
}

export interface RelataContainer {
  /** `https://localhost:32768`: the whole server, with the world `default`. */
  readonly url: string
  /** A world of it, reached by `fetch` and what is made from it. */
  startRelata(options?: Omit<RelataOptions, 'url' | 'port' | 'settings' | 'location'>): Promise<Relata>
  stop(): Promise<void>
}

const port = 4365
const usualTimeoutMs = 60_000

/** What the server needs to be told of where it runs: its clients are outside of its machine, and name another one. */
function environmentOf(runtimeHost: string): Record<string, string> {
  return {
    RELATA_CONTROL: 'any',
    RELATA_IN_MEMORY: 'true',
    // By which containers reach a port of the machine that runs them.
    RELATA_ALLOWED_HOST: 'host.docker.internal',
    ...(runtimeHost === 'localhost' ? {} : { RELATA_CERTIFICATE_NAMES: runtimeHost }),
  }
}

/** Rejects where the package is absent, or no container runtime is found. */
export async function startRelataContainer(options: ContainerOptions = {}): Promise<RelataContainer> {
  const { image = 'relata', environment = {}, startupTimeoutMs = usualTimeoutMs } = options
  const { GenericContainer, Wait, getContainerRuntimeClient } = needPeer('testcontainers', 'startRelataContainer()')
  const { host } = (await getContainerRuntimeClient()).info.containerRuntime
  const container = await new GenericContainer(image)
    .withExposedPorts(port)
    .withEnvironment({ ...environmentOf(host), ...environment })
    .withWaitStrategy(Wait.forLogMessage(/relata is ready on/))
    .withStartupTimeout(startupTimeoutMs)
    .start()
  const url = `https://${container.getHost()}:${container.getMappedPort(port)}`
  return {
    url,
    startRelata: (wish = {}) => startRelata({ ...wish, url, port: false }),
    stop: async () => void (await container.stop()),
  }
}
