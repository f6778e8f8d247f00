/** The entry `relata/testing`: a world for each test. */
import { closeHosts, type Host, hostAt, hostHere, serveHere } from './host.ts'
import { trustHere } from './https-fetch.ts'
import type { Relata, RelataOptions } from './relata.ts'
import { sentSeed } from './seed-content.ts'
import { worldOn } from './world.ts'

// biome-ignore lint/performance/noBarrelFile: the entry of the package
export { RelataError } from './control-call.ts'
export type * from './relata.ts'

const optionNames: ReadonlySet<string> = new Set([
  'seed',
  'from',
  'clock',
  'ids',
  'port',
  'url',
  'location',
  'trust',
  'settings',
])

/** Of JavaScript, which no types check: an option that is misspelt would be left out without a word. */
function checkOptions(given: RelataOptions): void {
  const stray = Object.keys(given).find((name) => !optionNames.has(name))
  if (stray !== undefined) throw new TypeError(`'${stray}' is not an option; there are ${[...optionNames].join(', ')}`)
}

function hostOf({ url, seed, location, port, settings = {} }: RelataOptions): Promise<Host> {
  const address = url ?? process.env['RELATA_URL']
  if (address !== undefined && address !== '') return hostAt(address)
  return hostHere({
    seed,
    location,
    hasPorts: port !== undefined && port !== false,
    settings,
  })
}

/**
 * A world of its own, filled and ready. Worlds share nothing that a test can see; the server below them is started once in
 * a process for each set of settings.
 */
export async function startRelata(options: RelataOptions = {}): Promise<Relata> {
  checkOptions(options)
  const { seed, from, clock, ids, port } = options
  const host = await hostOf(options)
  // Elsewhere only an address of its own tells the world's requests from those of others.
  const asked = port ?? (host.isHere ? false : 0)
  const wish = {
    ...(from === undefined ? {} : { from }),
    ...(clock === undefined ? {} : { clock }),
    ...(ids === undefined ? {} : { ids }),
    ...(asked === false ? {} : { port: asked }),
    ...(host.isHere || seed === undefined ? {} : { seed: await sentSeed(seed) }),
  }
  if (asked !== false && options.trust !== false) trustHere(host.ca)
  return worldOn(host, wish)
}

/** Runs a test with a world of its own: `test('…', withRelata(async (relata) => { … }))`. */
export function withRelata<Given extends unknown[]>(
  work: (relata: Relata, ...given: Given) => Promise<void> | void,
  options: RelataOptions = {},
): (...given: Given) => Promise<void> {
  return async (...given) => {
    const relata = await startRelata(options)
    try {
      await work(relata, ...given)
    } finally {
      await relata.close()
    }
  }
}

/** Ends the servers of this process, which else end with it. Worlds that are open end as well. */
export function closeServers(): Promise<void> {
  return closeHosts()
}

/**
 * One server for a whole run, for the global set-up of a test runner: `export default serveRun()`. Its address is in
 * `RELATA_URL`, by which `startRelata` in the processes of the run finds it. What the set-up returns ends it.
 */
export function serveRun(
  options: Pick<RelataOptions, 'seed' | 'location' | 'settings'> = {},
): () => Promise<() => Promise<void>> {
  return async () => {
    const { seed, location, settings = {} } = options
    const server = await serveHere({ seed, location, hasPorts: true, settings })
    process.env['RELATA_URL'] = server.url
    return async () => {
      delete process.env['RELATA_URL']
      await server.close()
    }
  }
}
