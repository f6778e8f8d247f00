/**
 * A server is killed while it tells a receiver of events, again and again; on PostgreSQL there are two. The receiver's ledger
 * has each committed event in the end, and none that was not; of each key their first receipts are in order (case 3).
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { build, endAll } from '../built-server.ts'
import { checkReceipts, committedIn, control, startReceiver, told } from './receipts.ts'
import {
  chance,
  checkWhole,
  engines,
  isLong,
  makePlace,
  type Opened,
  open,
  pause,
  seed,
  startLoad,
  taxonomyAt,
  times,
} from './storm-kit.ts'

beforeAll(build, 60_000)
afterAll(endAll)
const timeout = isLong ? 3_600_000 : 180_000

const schedule = `own=${Array.from({ length: 40 }, (_, at) => (at === 0 ? '0' : '1s')).join(',')}`
const flags = ['--gdap-request-latency', '1', '--delivery-schedule', schedule]
const names = ['granular-admin-*', 'relata.granular-admin-*', 'relata.taxonomy.*']

describe.each(engines)('on %s', (engine) => {
  it(`tells of all that was committed when it is killed, seed ${seed}`, { timeout }, async () => {
    const place = await makePlace(engine)
    const receiver = await startReceiver()
    const nodes: Opened[] = []
    for (let at = 0; at < (engine === 'postgres' ? 2 : 1); at += 1) nodes.push(await open(place, ...flags))
    const [first] = nodes as [Opened]
    const made = taxonomyAt(first.ask)
    const set = await made.set(await made.group())
    const { id } = await control(first.server, '/webhooks', { url: receiver.url, events: names })
    const [{ cursor: after }] = (
      (await control(first.server, '/deliveries/summary')) as { value: [{ target: string; cursor: number }] }
    ).value
    for (let round = 0; round < times(engine === 'postgres' ? 2 : 4, 60); round += 1) {
      const at = round % nodes.length
      const { server, ask } = nodes[at] as Opened
      const load = startLoad(ask, set, 4, true)
      await load.reach(80 + chance(80))
      await pause(chance(40))
      await server.end('SIGKILL')
      await load.end()
      nodes[at] = await open(place, ...flags)
    }
    // Alone, the last one need not wait until beats have stood still.
    if (!isLong) await Promise.all(nodes.map(({ server }) => server.end('SIGKILL')))
    const last = isLong ? (nodes[0] as Opened) : await open(place, ...flags)
    await told(last.server)
    const { value } = (await control(last.server, `/deliveries?target=${id}&state=dead`)) as { value: unknown[] }
    expect(value).toEqual([])
    for (const { server } of [...nodes, last]) await server.end('SIGTERM')
    const committed = await committedIn(place, after)
    expect(committed.length).toBeGreaterThan(100)
    checkReceipts(receiver.receipts, committed)
    expect(receiver.failed).toBeGreaterThan(0)
    checkWhole('--location', place.location, ...place.flags)
    await receiver.close()
    await place.remove()
  })
})
